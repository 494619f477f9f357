import { ErrorData } from "@latchkey/api-contracts/error-data";
import { type ErrorDetails, toErrorData } from "@latchkey/api-contracts/errors";
import { rules } from "@latchkey/api-contracts/rules";
import { StorageBackendName, StorageReason } from "@latchkey/api-contracts/secrets";
import type { TFunction } from "i18next";
import en from "../../locales/en.json";

/** Whatever a call rejected with, as error data. */
export function asErrorData(error: unknown): ErrorData {
  const result = ErrorData.safeParse(error);
  return result.success ? result.data : toErrorData(error);
}

const isIn = <T extends object>(names: T, name: PropertyKey): name is keyof T => Object.hasOwn(names, name);

/** A detail in the language of the window where it is a closed word, else as it came. */
function detailText(t: TFunction, name: string, detail: string | number): string | number {
  if (name === "rule" && isIn(rules, detail)) return t(`rules.${detail}`);
  if (name === "field" && isIn(en.fields, detail)) return t(`fields.${detail}`);
  if (name === "operation" && isIn(en.operations, detail)) return t(`operations.${detail}`);
  if (name === "storageBackend") {
    const backend = StorageBackendName.safeParse(detail);
    if (backend.success) return t(`storage.backend.${backend.data}`);
  }
  if (name === "reason") {
    const reason = StorageReason.safeParse(detail);
    if (reason.success) return t(`storage.reason.${reason.data}`).replace(/\.$/, "");
  }
  return detail;
}

const detailNames = [
  "envName",
  "field",
  "file",
  "key",
  "maxBytes",
  "operation",
  "otherKey",
  "providerId",
  "reason",
  "rule",
  "storageBackend",
] as const satisfies readonly (keyof ErrorDetails)[];

/** What failed, why, and what to do next, in the language of the window. A missing detail shows as `?`. */
export function errorText(t: TFunction, error: ErrorData): string {
  const details = Object.fromEntries(
    detailNames.map((name) => [name, detailText(t, name, error.details[name] ?? "?")]),
  );
  const reason = StorageReason.safeParse(error.details.reason);
  const next = reason.success ? t(`storage.next.${reason.data}`) : "?";
  return t(`errors.${error.code}`, { ...details, next });
}
