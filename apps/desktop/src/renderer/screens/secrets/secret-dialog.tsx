import type { SecretMetadata } from "@latchkey/api-contracts/secrets";
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { Dialog, DialogActions } from "../../components/dialog.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { SecretField } from "../../components/secret-field/secret-field.tsx";
import type { SecretInputHandle } from "../../components/secret-field/secret-input.tsx";
import { storageQuery } from "../../data/queries.ts";
import { errorText } from "../../text/error-text.ts";
import { choosesEnvName, fieldOf } from "./field-errors.ts";
import { SecretFacts } from "./secret-facts.tsx";
import { useSaveSecret } from "./use-save-secret.ts";
import { useValueProblem } from "./use-value-problem.ts";

export interface SecretDialogProps {
  readonly isOpen: boolean;
  readonly secret: SecretMetadata;
  readonly opensReplacing: boolean;
  readonly onClose: () => void;
  readonly onClosed: () => void;
  readonly onRemove: () => void;
  readonly onRetry: () => void;
}

/** One secret: what is known of it, and its value as saved or being replaced. */
export function SecretDialog({ isOpen, secret, opensReplacing, onClose, ...on }: SecretDialogProps) {
  const { t } = useTranslation();
  const { data: storage } = useQuery(storageQuery);
  const field = useRef<SecretInputHandle>(null);
  const [isReplacing, setIsReplacing] = useState(opensReplacing);
  const { save, isSending, error, clearError } = useSaveSecret(field);
  const value = useValueProblem(field);
  const { key, envName } = secret;
  useEffect(() => {
    if (isReplacing) field.current?.focus();
  }, [isReplacing]);

  const isAtValue = error !== undefined && fieldOf(error, key) === "value";
  const onEdit = () => {
    value.recheck();
    if (isAtValue) clearError();
  };
  const goBack = () => {
    setIsReplacing(false);
    clearError();
  };

  const cancel = isReplacing && !opensReplacing ? goBack : onClose;

  async function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (isSending || !isReplacing) return;
    if (!value.check()) field.current?.focus();
    else if (!(await save({ key, ...(choosesEnvName(key) ? { envName } : {}) }))) onClose();
  }

  return (
    <Dialog
      isOpen={isOpen}
      title={<KeyTitle secretKey={key} isReplacing={isReplacing} />}
      onClose={(reason) => (reason === "escape" ? cancel() : onClose())}
      onClosed={on.onClosed}
    >
      <form noValidate onSubmit={(event) => void onSubmit(event)}>
        <div className="flex flex-col gap-4 px-5 pt-4">
          {!isReplacing && <SecretFacts secret={secret} />}
          {error && !isAtValue && <ErrorNotice title={t("secrets.notSaved", { key })} error={error} />}
          <SecretField
            ref={field}
            secret={secret}
            storage={storage}
            isReplacing={isReplacing}
            isSending={isSending}
            onEdit={onEdit}
            error={isReplacing ? (value.problem ?? (isAtValue ? errorText(t, error) : undefined)) : undefined}
            onReplace={() => setIsReplacing(true)}
            onRemove={on.onRemove}
            onRetry={on.onRetry}
          />
        </div>
        <DialogActions>
          <Button onClick={cancel}>{isReplacing ? t("common.cancel") : t("common.close")}</Button>
          {isReplacing && (
            <Button look="primary" type="submit" isBusy={isSending}>
              {isSending ? t("common.saving") : t("common.save")}
            </Button>
          )}
        </DialogActions>
      </form>
    </Dialog>
  );
}

function KeyTitle({ secretKey, isReplacing }: { readonly secretKey: string; readonly isReplacing: boolean }) {
  const { t } = useTranslation();
  if (isReplacing) return t("secrets.form.replaceTitle", { key: secretKey });
  return <span className="font-mono text-[0.9375rem] break-all">{secretKey}</span>;
}
