import type { ErrorData } from "@latchkey/api-contracts/error-data";
import type { SecretMetadata } from "@latchkey/api-contracts/secrets";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { Dialog, DialogActions } from "../../components/dialog.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { announceDone } from "../../components/toasts.tsx";
import { removeSecret } from "../../data/change-secrets.ts";
import { secretUsageQuery } from "../../data/connections.ts";
import { asErrorData } from "../../text/error-text.ts";
import { UsageList } from "../connections/used-by.tsx";

export interface RemoveSecretDialogProps {
  readonly isOpen: boolean;
  readonly secret: SecretMetadata;
  readonly onClose: () => void;
  readonly onClosed: () => void;
}

/** Asks before a value is deleted, and says what stops working. The safe answer has the focus. */
export function RemoveSecretDialog({ isOpen, secret, onClose, onClosed }: RemoveSecretDialogProps) {
  const { t } = useTranslation();
  const cancel = useRef<HTMLButtonElement>(null);
  const [isRemoving, setIsRemoving] = useState(false);
  const [error, setError] = useState<ErrorData>();
  const { key, envName } = secret;
  const { data: usage = [] } = useQuery(secretUsageQuery(key));
  const users = usage.filter(({ by }) => by === "connection");

  async function remove() {
    setIsRemoving(true);
    setError(undefined);
    try {
      // The person has seen which connections use it.
      await removeSecret(key, { alsoInUse: users.length > 0 });
      announceDone(t("secrets.done.removed", { key }));
      onClose();
    } catch (thrown) {
      setError(asErrorData(thrown));
    } finally {
      setIsRemoving(false);
    }
  }

  return (
    <Dialog
      isAlert
      isOpen={isOpen}
      title={t("secrets.removeTitle", { key })}
      description={t("secrets.removeBody", { store: t(`storage.backend.${secret.storageBackend}`), envName })}
      initialFocus={cancel}
      onClose={onClose}
      onClosed={onClosed}
    >
      {users.length > 0 && (
        <div className="px-5 pt-3">
          <p>{t("connections.delete.used")}</p>
          <UsageList usage={users} />
        </div>
      )}
      {error && (
        <div className="px-5 pt-4">
          <ErrorNotice title={t("secrets.notRemoved", { key })} error={error} />
        </div>
      )}
      <DialogActions>
        <Button ref={cancel} onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button look="danger" isBusy={isRemoving} onClick={() => void remove()}>
          {isRemoving ? t("common.removing") : t("common.remove")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
