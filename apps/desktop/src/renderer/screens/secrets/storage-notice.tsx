import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { Notice } from "../../components/notice.tsx";
import { UnlockButton } from "../../components/unlock-button.tsx";
import { storageQuery } from "../../data/queries.ts";
import { storageView } from "../../frame/storage-view.ts";

/** Stands above the list while the key storage is weak or cannot be read: what it means, why, what to do. */
export function StorageNotice({ onRetry }: { readonly onRetry: () => void }) {
  const { t } = useTranslation();
  const { data } = useQuery(storageQuery);
  if (!data) return null;
  const view = storageView(data);
  if (!view.text) return null;
  return (
    <Notice
      look={view.tone === "danger" ? "danger" : "warn"}
      {...(data.readable ? { title: t(view.word) } : {})}
      actions={
        <>
          {view.word === "storage.chip.locked" && <UnlockButton />}
          <Button isSmall onClick={onRetry}>
            {t("storage.checkAgain")}
          </Button>
        </>
      }
    >
      {t(view.text)}
      {data.reason !== "locked" &&
        ` ${t(`storage.reason.${data.reason}`)} ${t(`storage.next.${data.reason}`)}`}
    </Notice>
  );
}
