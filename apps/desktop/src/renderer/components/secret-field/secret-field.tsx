import { useTranslation } from "react-i18next";
import { SavedSecret, type SavedSecretProps } from "./saved-secret.tsx";
import { SecretInput, type SecretInputProps } from "./secret-input.tsx";

export interface SecretFieldProps
  extends Omit<SecretInputProps, "label" | "help">,
    Omit<SavedSecretProps, "label"> {
  readonly isReplacing: boolean;
}

/** The value of a stored secret: saved, not readable, not found, or being replaced. A new one is a `SecretInput`. */
export function SecretField({
  isReplacing,
  error,
  isSending = false,
  onEdit,
  ref,
  ...saved
}: SecretFieldProps) {
  const { t } = useTranslation();
  if (!isReplacing) return <SavedSecret {...saved} label={t("secrets.form.value")} />;
  return (
    <SecretInput
      label={t("secrets.form.newValue")}
      {...(saved.secret.state === "present" ? { help: t("secretField.replaceNote") } : {})}
      {...(onEdit ? { onEdit } : {})}
      error={error}
      isSending={isSending}
      ref={ref}
    />
  );
}
