import type { CauseClass } from "@latchkey/api-contracts/connection-test";
import ssh2, { type ParsedKey } from "ssh2";
import { type CheckContext, CheckFailure } from "./check.ts";

/**
 * Reads a private key, as the step `read-key`. A passphrase costs up to seconds of computing by design, so that is done
 * in a thread of its own: this one has other requests to answer, and the check can be cancelled.
 *
 * @throws CheckFailure
 */
export async function readKey(
  key: string,
  passphrase: string | undefined,
  context: CheckContext,
): Promise<ParsedKey> {
  context.begin("read-key");
  const plain = ssh2.utils.parseKey(key);
  const isSealed = plain instanceof Error && causeOfKey(plain) === "key_passphrase";
  return toPrivateKey(isSealed && passphrase ? await unseal(key, passphrase, context) : plain);
}

/** The cause of what `ssh2` says of a private key that it cannot read. */
export function causeOfKey(error: Error): CauseClass {
  return /passphrase|decrypt/i.test(error.message) ? "key_passphrase" : "auth";
}

function toPrivateKey(parsed: ReturnType<typeof ssh2.utils.parseKey>): ParsedKey {
  if (parsed instanceof Error) throw new CheckFailure(causeOfKey(parsed), parsed.message);
  const [key] = [parsed].flat();
  if (!key?.isPrivateKey()) throw new CheckFailure("auth", "The key is not a private key.");
  return key;
}

async function unseal(
  key: string,
  passphrase: string,
  context: CheckContext,
): Promise<ReturnType<typeof ssh2.utils.parseKey>> {
  const { unsealKey } = await import("./unseal-key.ts");
  const { unsealed, end } = unsealKey(key, passphrase);
  context.onEnd(end);
  const outcome = await unsealed;
  return "text" in outcome ? ssh2.utils.parseKey(outcome.text) : new Error(outcome.message);
}
