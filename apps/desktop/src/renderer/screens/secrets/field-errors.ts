import type { ErrorData } from "@latchkey/api-contracts/error-data";
import { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import { MAX_SECRET_BYTES, SecretValue } from "@latchkey/api-contracts/text";
import { byteLengthOf } from "../../components/secret-field/value-notes.ts";

export type SecretFieldName = "key" | "envName" | "value";

/** Whether the variable of a key is chosen by the person instead of derived from the key. */
export function choosesEnvName(key: string): boolean {
  return key.startsWith("install.");
}

/** What is wrong with a key before it is sent, as an entry of the catalog. */
export function keyProblem(key: string, known: readonly { readonly key: string }[]) {
  if (key === "") return "keyMissing";
  if (!SecretKey.safeParse(key).success) return "keyForm";
  return known.some((secret) => secret.key === key) ? "keyExists" : undefined;
}

export function envNameProblem(envName: string) {
  if (envName === "") return "envNameMissing";
  return EnvName.safeParse(envName).success ? undefined : "envNameForm";
}

export function valueProblem(value: string) {
  if (value === "") return "valueMissing";
  if (byteLengthOf(value) > MAX_SECRET_BYTES) return "valueTooLong";
  if (value.includes("\0")) return "valueNul";
  return SecretValue.safeParse(value).success ? undefined : "valueNotText";
}

/** The field that an error of the main process is about; undefined if it is about none of them. */
export function fieldOf(error: ErrorData, key: string): SecretFieldName | undefined {
  const { field, rule } = error.details;
  switch (error.code) {
    case "request.invalid":
      return field === "key" || field === "value" || field === "envName" ? field : undefined;
    case "secrets.invalid-key":
      return rule === "needs-env-name" ? "envName" : "key";
    case "secrets.collision":
    case "secrets.reserved-name":
      return choosesEnvName(key) ? "envName" : "key";
    case "secrets.invalid-value":
    case "secrets.too-large":
      return "value";
    default:
      return undefined;
  }
}
