import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { Dialog, DialogActions } from "../../components/dialog.tsx";

/** Asks once before typed changes are lost. The safe answer has the focus. */
export function LeaveDialog({
  isOpen,
  onLeave,
  onStay,
}: {
  readonly isOpen: boolean;
  readonly onLeave: () => void;
  readonly onStay: () => void;
}) {
  const { t } = useTranslation();
  const stay = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      isAlert
      isOpen={isOpen}
      title={t("connections.form.leaveTitle")}
      description={t("connections.form.leaveBody")}
      initialFocus={stay}
      onClose={onStay}
    >
      <DialogActions>
        <Button ref={stay} onClick={onStay}>
          {t("connections.form.stay")}
        </Button>
        <Button look="danger" onClick={onLeave}>
          {t("connections.form.leave")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
