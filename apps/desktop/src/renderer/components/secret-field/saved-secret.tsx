import type { SecretMetadata, StorageStatus } from "@latchkey/api-contracts/secrets";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../text/use-format.ts";
import { Button } from "../button.tsx";
import { Notice } from "../notice.tsx";
import { UnlockButton } from "../unlock-button.tsx";

export interface SavedSecretProps {
  readonly label: string;
  readonly secret: Pick<SecretMetadata, "state" | "storageBackend" | "updatedAt">;
  readonly storage: StorageStatus | undefined;
  /** How the value came to be, where it was not entered. */
  readonly origin?: string;
  /** Makes another value; without it there is no such button. */
  readonly onRotate?: () => void;
  readonly onReplace: () => void;
  /** Without it there is no such button. */
  readonly onRemove?: () => void;
  readonly onRetry: () => void;
}

/** What is said of a stored value. There is no input here, and nothing of the value: not even its length. */
export function SavedSecret({ label, secret, storage, origin, ...on }: SavedSecretProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const store = t(`storage.backend.${secret.storageBackend}`);
  const remove = on.onRemove && (
    <Button isSmall onClick={on.onRemove}>
      {t("common.remove")}
    </Button>
  );
  const rotate = on.onRotate && (
    <Button isSmall onClick={on.onRotate}>
      {t("secretField.rotate")}
    </Button>
  );
  if (secret.state === "present") {
    return (
      <Box label={label}>
        <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-lg border border-line bg-rail px-3 py-2.5">
          <div className="min-w-0">
            <p aria-hidden className="leading-4 tracking-[0.2em] text-muted select-none">
              ••••••••
            </p>
            {origin !== undefined && <p>{origin}</p>}
            <p className={origin === undefined ? "" : "text-muted"}>
              {t("secretField.saved", { store, date: format.day(secret.updatedAt) })}
            </p>
          </div>
          <div className="flex flex-wrap gap-2">
            {rotate}
            <Button isSmall onClick={on.onReplace}>
              {t("common.replace")}
            </Button>
            {remove}
          </div>
        </div>
        <p className="text-[0.8125rem] text-muted">{t("secretField.whyNoReveal")}</p>
      </Box>
    );
  }
  const isLocked =
    storage?.readable === false && (storage.reason === "locked" || storage.reason === "prompt-dismissed");
  return (
    <Box label={label}>
      <Notice
        look={secret.state === "absent" ? "danger" : "warn"}
        actions={
          <>
            {isLocked && <UnlockButton />}
            {secret.state === "unreadable" && (
              <Button isSmall onClick={on.onRetry}>
                {t("common.tryAgain")}
              </Button>
            )}
            <Button isSmall onClick={on.onReplace}>
              {secret.state === "absent" ? t("secretField.enterAgain") : t("common.replace")}
            </Button>
            {rotate}
            {remove}
          </>
        }
      >
        {causeOf()}
      </Notice>
    </Box>
  );

  function causeOf(): string {
    if (secret.state === "absent") return t("secretField.absent", { store });
    return isLocked ? t("secretField.locked") : t("secretField.unreadable", { store });
  }
}

function Box({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <section aria-label={label} className="flex flex-col gap-1.5">
      <h3 className="font-medium">{label}</h3>
      {children}
    </section>
  );
}
