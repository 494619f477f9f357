import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { Dialog, DialogActions } from "../../components/dialog.tsx";
import { ErrorSummary } from "../../components/error-summary.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { SecretInput } from "../../components/secret-field/secret-input.tsx";
import { TextField } from "../../components/text-field.tsx";
import { choosesEnvName } from "./field-errors.ts";
import { type UseAddSecretOptions, useAddSecret } from "./use-add-secret.ts";

export interface AddSecretDialogProps extends Pick<UseAddSecretOptions, "known"> {
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onClosed: () => void;
}

export function AddSecretDialog({ isOpen, onClose, onClosed, known }: AddSecretDialogProps) {
  const { t } = useTranslation();
  return (
    <Dialog isOpen={isOpen} title={t("secrets.form.addTitle")} onClose={onClose} onClosed={onClosed}>
      <AddSecretForm known={known} onDone={onClose} />
    </Dialog>
  );
}

/** Key, variable where the person chooses it, and value. */
function AddSecretForm({ known, onDone }: UseAddSecretOptions) {
  const { t } = useTranslation();
  const { valueField, ...form } = useAddSecret({ known, onDone });
  const { key, problems, notice, isSending } = form;
  const wrong = (["key", "envName", "value"] as const).filter((name) => problems[name]);
  return (
    <form noValidate onSubmit={form.onSubmit}>
      <div className="flex flex-col gap-4 px-5 pt-4">
        <ErrorSummary wrong={wrong.map((name) => [name, t(`secrets.form.${name}`)])} onGoTo={form.focusOn} />
        {notice && <ErrorNotice title={t("secrets.notSaved", { key })} error={notice} />}
        <TextField
          label={t("secrets.form.key")}
          help={t("secrets.form.keyHelp")}
          error={problems.key}
          readOnly={isSending}
          {...form.fields.key()}
        />
        {choosesEnvName(key) && (
          <TextField
            label={t("secrets.form.envName")}
            help={t("secrets.form.envNameHelp")}
            error={problems.envName}
            readOnly={isSending}
            {...form.fields.envName()}
          />
        )}
        <SecretInput
          ref={valueField}
          label={t("secrets.form.value")}
          help={t("secrets.form.valueHelp")}
          error={problems.value}
          isSending={isSending}
          onEdit={form.onValueEdit}
        />
      </div>
      <DialogActions>
        <Button onClick={onDone}>{t("common.cancel")}</Button>
        <Button look="primary" type="submit" isBusy={isSending}>
          {isSending ? t("common.saving") : t("common.save")}
        </Button>
      </DialogActions>
    </form>
  );
}
