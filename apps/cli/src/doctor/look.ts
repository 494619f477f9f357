import type { Finding } from "@latchkey/api-contracts/cli";
import type { Folders } from "@latchkey/host";
import type { SecretStore } from "@latchkey/secrets-core";
import type { TFunction } from "i18next";

/** What each look of the doctor works with. */
export type Patient = Readonly<{
  t: TFunction;
  store: SecretStore;
  folders: Folders;
  env: NodeJS.ProcessEnv;
  /** Whether what is safe to put right is put right. */
  mayFix: boolean;
}>;

export type Look = (patient: Patient) => Promise<Finding[]>;

/** A finding; without `fix` nothing is to be done. */
export function finding(
  check: Finding["check"],
  level: Finding["level"],
  text: string,
  more: { fix?: string; isFixed?: boolean } = {},
): Finding {
  return { check, level, text, fix: more.fix ?? null, isFixed: more.isFixed ?? false };
}
