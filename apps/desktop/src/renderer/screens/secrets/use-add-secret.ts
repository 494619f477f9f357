import type { SecretMetadata } from "@latchkey/api-contracts/secrets";
import { type FormEvent, useRef } from "react";
import { useForm, useWatch } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { SecretInputHandle } from "../../components/secret-field/secret-input.tsx";
import { errorText } from "../../text/error-text.ts";
import { choosesEnvName, envNameProblem, fieldOf, keyProblem, type SecretFieldName } from "./field-errors.ts";
import { useSaveSecret } from "./use-save-secret.ts";
import { useValueProblem } from "./use-value-problem.ts";

export interface UseAddSecretOptions {
  /** What is stored already: adding never replaces. */
  readonly known: readonly SecretMetadata[];
  readonly onDone: () => void;
}

/** The form for a new secret. Its state has the names; the value stays in its control. */
export function useAddSecret({ known, onDone }: UseAddSecretOptions) {
  const { t } = useTranslation();
  const valueField = useRef<SecretInputHandle>(null);
  const { save, isSending, error, clearError } = useSaveSecret(valueField);
  const value = useValueProblem(valueField);
  const form = useForm({ defaultValues: { key: "", envName: "" }, shouldFocusError: false });
  const key = useWatch({ control: form.control, name: "key" }).trim();
  const { errors } = form.formState;

  const refused = error && fieldOf(error, key);
  const refusalAt = (name: SecretFieldName) => (error && refused === name ? errorText(t, error) : undefined);
  const problems = {
    key: errors.key?.message ?? refusalAt("key"),
    envName: choosesEnvName(key) ? (errors.envName?.message ?? refusalAt("envName")) : undefined,
    value: value.problem ?? refusalAt("value"),
  };

  function focusOn(name: SecretFieldName) {
    if (name === "value") valueField.current?.focus();
    else form.setFocus(name);
  }

  async function send(names: { key: string; envName: string }) {
    const key = names.key.trim();
    const failure = await save({
      key,
      ...(choosesEnvName(key) ? { envName: names.envName.trim() } : {}),
    });
    const wrong = failure && fieldOf(failure, key);
    if (!failure) onDone();
    else if (wrong) focusOn(wrong);
  }

  function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (isSending) return;
    const isValueFine = value.check();
    void form.handleSubmit(
      (names) => (isValueFine ? send(names) : focusOn("value")),
      // With more than one wrong field, the summary takes the focus.
      (wrong) => isValueFine && !(wrong.key && wrong.envName) && focusOn(wrong.key ? "key" : "envName"),
    )(event);
  }

  const problemText = (problem: ReturnType<typeof keyProblem> | ReturnType<typeof envNameProblem>) =>
    problem ? t(`secrets.formError.${problem}`) : true;
  const fields = {
    key: () =>
      form.register("key", {
        validate: (text) => problemText(keyProblem(text.trim(), known)),
        onChange: clearError,
      }),
    envName: () =>
      form.register("envName", {
        shouldUnregister: true,
        validate: (text) => problemText(envNameProblem(text.trim())),
        onChange: clearError,
      }),
  };
  const onValueEdit = () => {
    value.recheck();
    if (refused === "value") clearError();
  };
  /** A failure that is about none of the fields. */
  const notice = refused ? undefined : error;
  return { key, valueField, fields, problems, notice, isSending, focusOn, onSubmit, onValueEdit };
}
