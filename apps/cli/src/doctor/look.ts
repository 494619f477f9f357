import type { Finding } from "@latchkey/api-contracts/cli";
import type { TFunction } from "i18next";
import type { OpenedStore } from "../open-store.ts";

/** What each look of the doctor works with. */
export type Patient = Readonly<{
  t: TFunction;
  store: OpenedStore["store"];
  folders: OpenedStore["folders"];
  connections: OpenedStore["connections"];
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
