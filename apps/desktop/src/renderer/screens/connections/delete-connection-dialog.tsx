import type { Connection } from "@latchkey/api-contracts/connections";
import type { ErrorData } from "@latchkey/api-contracts/error-data";
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { Dialog, DialogActions } from "../../components/dialog.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { announceDone } from "../../components/toasts.tsx";
import { bridge } from "../../data/bridge.ts";
import { hideConnection, usageQuery } from "../../data/connections.ts";
import { asErrorData } from "../../text/error-text.ts";
import { UsageList } from "./used-by.tsx";

export interface DeleteConnectionDialogProps {
  readonly connection: Connection;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}

/** Asks before a connection goes with its secret, and says what stops working. The safe answer has the focus. */
export function DeleteConnectionDialog({ connection, onClose, onDeleted }: DeleteConnectionDialogProps) {
  const { t } = useTranslation();
  const cancel = useRef<HTMLButtonElement>(null);
  const { data: usage } = useQuery(usageQuery(connection.id));
  const [isDeleting, setIsDeleting] = useState(false);
  const [error, setError] = useState<ErrorData>();
  const { id, revision, displayName: name } = connection;
  const isShared = Object.values(connection.secrets).some(
    ({ isReference, users }) => isReference || users > 1,
  );

  async function remove() {
    setIsDeleting(true);
    setError(undefined);
    try {
      // The person has seen what uses it, and deletes all the same.
      await bridge.connections.delete({ id, revision, alsoInUse: usage !== undefined });
      announceDone(t("connections.delete.done", { name }));
      onClose();
      onDeleted();
      hideConnection(id);
    } catch (thrown) {
      setError(asErrorData(thrown));
      setIsDeleting(false);
    }
  }

  return (
    <Dialog
      isAlert
      isOpen
      title={t("connections.delete.title", { name })}
      description={t(isShared ? "connections.delete.bodyShared" : "connections.delete.body")}
      initialFocus={cancel}
      onClose={onClose}
    >
      <div className="flex flex-col gap-3 px-5 pt-3">
        {usage && usage.length > 0 && (
          <div>
            <p>{t("connections.delete.used")}</p>
            <UsageList usage={usage} />
          </div>
        )}
        {error && <ErrorNotice title={t("connections.delete.failed", { name })} error={error} />}
      </div>
      <DialogActions>
        <Button ref={cancel} onClick={onClose}>
          {t("common.cancel")}
        </Button>
        <Button look="danger" isBusy={isDeleting} onClick={() => void remove()}>
          {isDeleting ? t("connections.delete.deleting") : t("connections.delete.confirm")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
