import type { Protection } from "@latchkey/api-contracts/secrets";

const weakestFirst: readonly Protection[] = ["none", "passphrase", "os-user"];

/** Whether a protection is at least another one: `os-user` asks for nothing when it is needed, `none` guards nothing. */
export function isAtLeast(protection: Protection, minimum: Protection): boolean {
  return weakestFirst.indexOf(protection) >= weakestFirst.indexOf(minimum);
}
