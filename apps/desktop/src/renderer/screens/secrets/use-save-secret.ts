import type { ErrorData } from "@latchkey/api-contracts/error-data";
import { type RefObject, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SecretInputHandle } from "../../components/secret-field/secret-input.tsx";
import { announceDone, announceFailed } from "../../components/toasts.tsx";
import { type SecretDraft, saveSecret } from "../../data/change-secrets.ts";
import { asErrorData, errorText } from "../../text/error-text.ts";

/**
 * Sends a value once. The field is emptied before the call, and gets the value back only if the call failed,
 * so that nothing is typed twice. If the form is gone by then, the failure is told in a toast.
 */
export function useSaveSecret(field: RefObject<SecretInputHandle | null>) {
  const { t } = useTranslation();
  const [isSending, setIsSending] = useState(false);
  const [error, setError] = useState<ErrorData>();

  /** Answers why the secret is not stored, or nothing if it is. */
  async function save(draft: Omit<SecretDraft, "value">): Promise<ErrorData | undefined> {
    const value = field.current?.read() ?? "";
    field.current?.write("");
    setIsSending(true);
    setError(undefined);
    try {
      const { change, secret } = await saveSecret({ ...draft, value });
      const store = t(`storage.backend.${secret.storageBackend}`);
      announceDone(t(`secrets.done.${change}`, { key: secret.key, store }));
      return undefined;
    } catch (thrown) {
      const failure = asErrorData(thrown);
      setError(failure);
      if (field.current) field.current.write(value);
      else announceFailed(t("secrets.notSaved", { key: draft.key }), errorText(t, failure));
      return failure;
    } finally {
      setIsSending(false);
    }
  }
  return { save, isSending, error, clearError: () => setError(undefined) };
}
