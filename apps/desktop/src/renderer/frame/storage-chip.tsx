import { Popover } from "@base-ui/react/popover";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { Button } from "../components/button.tsx";
import { FactList } from "../components/fact-list.tsx";
import { StatusWord } from "../components/status-word.tsx";
import { UnlockButton } from "../components/unlock-button.tsx";
import { storageQuery } from "../data/queries.ts";
import { recheckStorage } from "../data/recheck-storage.ts";
import { chipLook } from "./chip-look.ts";
import { storageView } from "./storage-view.ts";

/** Where keys are kept, always in sight; it opens the reason and the next step. */
export function StorageChip() {
  const { t } = useTranslation();
  const { data } = useQuery(storageQuery);
  const recheck = useMutation({ mutationFn: recheckStorage });
  const view = data && storageView(data);
  const isLocked = view?.word === "storage.chip.locked";
  const word = view ? t(view.word) : t("storage.chip.unknown");
  const isPlain = view?.word.startsWith("storage.backend.");
  return (
    <Popover.Root>
      <Popover.Trigger className={chipLook}>
        <StatusWord tone={view?.tone ?? "neutral"}>
          {isPlain ? t("storage.label", { state: word }) : word}
        </StatusWord>
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner side="top" align="start" sideOffset={8} className="z-40">
          <Popover.Popup className="flex w-104 max-w-[calc(100vw-1.5rem)] flex-col gap-3 rounded-xl border border-line bg-raised p-4 shadow-raised transition duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0">
            <Popover.Title className="font-semibold">{isPlain ? t("storage.title") : word}</Popover.Title>
            {view?.text && <Popover.Description>{t(view.text)}</Popover.Description>}
            {data && (
              <FactList
                facts={[
                  { label: t("storage.where"), value: t(`storage.backend.${data.storageBackend}`) },
                  { label: t("storage.protectionLabel"), value: t(`storage.protection.${data.protection}`) },
                  {
                    label: t("storage.reasonLabel"),
                    value: `${t(`storage.reason.${data.reason}`)} ${data.reason === "working" ? "" : t(`storage.next.${data.reason}`)}`,
                  },
                ]}
              />
            )}
            <div className="flex flex-wrap justify-end gap-2">
              {isLocked && <UnlockButton />}
              <Button isSmall isBusy={recheck.isPending} onClick={() => recheck.mutate()}>
                {t("storage.checkAgain")}
              </Button>
              <Popover.Close render={<Button isSmall>{t("common.close")}</Button>} />
            </div>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
