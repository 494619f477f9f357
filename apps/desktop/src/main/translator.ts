import i18next from "i18next";
import { localeOf, resources } from "../locales/index.ts";

/** The words of the main process, for menus and dialogs, in the language of the system. */
export function translatorFor(language: string): (key: string, details?: Record<string, string>) => string {
  const instance = i18next.createInstance();
  void instance.init({
    resources,
    lng: localeOf(language),
    fallbackLng: "en",
    initAsync: false,
    interpolation: { escapeValue: false },
  });
  return (key, details) => String(instance.t(key as never, details as never));
}
