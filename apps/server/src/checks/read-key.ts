import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import type { CauseClass } from "@latchkey/api-contracts/connection-test";
import ssh2, { type ParsedKey } from "ssh2";
import { type CheckContext, CheckFailure } from "./check.ts";
import { toOpenSshText } from "./open-ssh-text.ts";

/** What a thread of this module is started with. */
type Job = { task: "read-ssh-key"; key: string; passphrase: string };
/** The key without its passphrase, or what was wrong. */
type Outcome = { pem: string } | { message: string };

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
  return toPrivateKey(isSealed && passphrase ? await unseal({ key, passphrase }, context) : plain);
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
  sealed: Omit<Job, "task">,
  context: CheckContext,
): Promise<ReturnType<typeof ssh2.utils.parseKey>> {
  const job: Job = { task: "read-ssh-key", ...sealed };
  const worker = new Worker(new URL(import.meta.url), { workerData: job, env: {}, execArgv: [] });
  context.onEnd(() => worker.terminate());
  const outcome = await new Promise<Outcome>((resolve, reject) => {
    worker.once("message", resolve).once("error", reject);
    worker.once("exit", () => reject(new Error("The thread that reads the key ended.")));
  });
  return "pem" in outcome ? ssh2.utils.parseKey(outcome.pem) : new Error(outcome.message);
}

function isJob(data: unknown): data is Job {
  return typeof data === "object" && data !== null && Reflect.get(data, "task") === "read-ssh-key";
}

function doJob({ key, passphrase }: Job): Outcome {
  try {
    const opened = toPrivateKey(ssh2.utils.parseKey(key, passphrase));
    const pem = opened.getPrivatePEM();
    return { pem: opened.type === "ssh-ed25519" ? toOpenSshText(pem, opened.getPublicSSH()) : pem };
  } catch (error) {
    return { message: error instanceof Error ? error.message : "" };
  }
}

if (!isMainThread && isJob(workerData)) parentPort?.postMessage(doJob(workerData));
