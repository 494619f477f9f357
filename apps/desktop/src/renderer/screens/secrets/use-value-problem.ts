import { MAX_SECRET_BYTES } from "@latchkey/api-contracts/text";
import { type RefObject, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SecretInputHandle } from "../../components/secret-field/secret-input.tsx";
import { useFormat } from "../../text/use-format.ts";
import { valueProblem } from "./field-errors.ts";

/** Checks the typed value on submit, where it stands, and says what is wrong with it. */
export function useValueProblem(field: RefObject<SecretInputHandle | null>) {
  const { t } = useTranslation();
  const format = useFormat();
  const [found, setFound] = useState<ReturnType<typeof valueProblem>>();

  function check(): boolean {
    const problem = valueProblem(field.current?.read() ?? "");
    setFound(problem);
    return problem === undefined;
  }
  const problem = found && t(`secrets.formError.${found}`, { max: format.number(MAX_SECRET_BYTES) });
  /** While the person corrects the value, the problem follows. */
  const recheck = () => {
    if (found) check();
  };
  return { problem, check, recheck };
}
