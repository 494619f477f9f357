import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import ssh2 from "ssh2";
import { toOpenSshText } from "./open-ssh-text.ts";

/** What a thread of this module is started with. */
type Job = { task: "unseal-ssh-key"; key: string; passphrase: string };

/** The key without its passphrase, or what was wrong. */
export type Unsealed = { text: string } | { message: string };

/** Tries the passphrase of a private key in a thread, whose program is this module, and which the returned function ends. */
export function unsealKey(
  key: string,
  passphrase: string,
): { unsealed: Promise<Unsealed>; end: () => Promise<unknown> } {
  const job: Job = { task: "unseal-ssh-key", key, passphrase };
  const worker = new Worker(new URL(import.meta.url), { workerData: job, env: {}, execArgv: [] });
  const unsealed = new Promise<Unsealed>((resolve, reject) => {
    worker.once("message", resolve).once("error", reject);
    worker.once("exit", () => reject(new Error("The thread that reads the key ended.")));
  });
  return { unsealed, end: () => worker.terminate() };
}

function isJob(data: unknown): data is Job {
  return typeof data === "object" && data !== null && Reflect.get(data, "task") === "unseal-ssh-key";
}

function doJob({ key, passphrase }: Job): Unsealed {
  const [opened] = [ssh2.utils.parseKey(key, passphrase)].flat();
  if (!opened || opened instanceof Error) return { message: opened?.message ?? "There is no key in it." };
  const pem = opened.getPrivatePEM();
  return { text: opened.type === "ssh-ed25519" ? toOpenSshText(pem, opened.getPublicSSH()) : pem };
}

if (!isMainThread && isJob(workerData)) parentPort?.postMessage(doJob(workerData));
