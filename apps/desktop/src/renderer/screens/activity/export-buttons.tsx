import { Download } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { announceDone, announceFailed } from "../../components/toasts.tsx";
import { bridge } from "../../data/bridge.ts";
import { asErrorData, errorText } from "../../text/error-text.ts";
import { type ActivitySearch, filterOf } from "./activity-search.ts";

const formats = ["jsonl", "csv"] as const;

/** Saves what the list shows, all of it, to a file that the person chooses. */
export function ExportButtons({ search }: { readonly search: ActivitySearch }) {
  const { t } = useTranslation();
  const [busy, setBusy] = useState<string>();
  async function save(format: (typeof formats)[number]) {
    setBusy(format);
    try {
      const { saved } = await bridge.audit.export({ format, filter: filterOf(search) });
      if (saved !== null) announceDone(t("activity.exported", { count: saved }));
    } catch (error) {
      announceFailed(t("activity.notExported"), errorText(t, asErrorData(error)));
    } finally {
      setBusy(undefined);
    }
  }
  return (
    <div className="flex flex-wrap gap-2">
      {formats.map((format) => (
        <Button key={format} isBusy={busy === format} onClick={() => void save(format)}>
          <Download aria-hidden className="size-4" />
          {t("activity.export", { format: format.toUpperCase() })}
        </Button>
      ))}
    </div>
  );
}
