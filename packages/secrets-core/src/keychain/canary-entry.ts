import { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import { newVersion } from "../entry-version.ts";
import type { EntryRef } from "../secret-backend.ts";

/** An entry for a probe to write, read and delete; its version serves as its value. */
export function canaryEntry(): EntryRef {
  return {
    key: SecretKey.parse("latchkey.probe"),
    version: newVersion(),
    envName: EnvName.parse("LATCHKEY_PROBE"),
  };
}
