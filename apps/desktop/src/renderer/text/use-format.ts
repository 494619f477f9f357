import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import {
  formatDay,
  formatDuration,
  formatExact,
  formatMilliseconds,
  formatMoment,
  formatNumber,
  formatRelative,
} from "./format.ts";

/** The formats of the current language; the same object as long as the language is. */
export function useFormat() {
  const { t, i18n } = useTranslation();
  const locale = i18n.language;
  return useMemo(
    () => ({
      day: (timestamp: string) => formatDay(timestamp, locale),
      exact: (timestamp: string) => formatExact(timestamp, locale),
      moment: (timestamp: string) => formatMoment(timestamp, locale),
      relative: (timestamp: string, now: number) => formatRelative(timestamp, now, locale) ?? t("common.now"),
      duration: (ms: number) => formatDuration(ms, locale),
      milliseconds: (value: number) => formatMilliseconds(value, locale),
      number: (value: number) => formatNumber(value, locale),
      /** At most three names, then how many more. */
      keys: (keys: readonly string[]) => {
        const shown = keys.slice(0, 3).join(", ");
        return keys.length > 3 ? `${shown} ${t("common.moreKeys", { count: keys.length - 3 })}` : shown;
      },
    }),
    [t, locale],
  );
}
