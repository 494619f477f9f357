import { closeSync, constants, fdatasyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";

/**
 * Notes in the activity log that secrets go to a program, and returns when the line is on disk. The same line as the
 * log of `@latchkey/host` writes, without loading it.
 *
 * @throws Error of the file system; the program must then not be started
 */
export function auditDelivery(folder: string, keys: readonly string[]): void {
  const line = {
    version: 1,
    occurredAt: new Date().toISOString(),
    actor: "person",
    action: "secret.deliver",
    outcome: "done",
    keys,
    reason: "run",
  };
  const { O_APPEND, O_CREAT, O_WRONLY, O_NOFOLLOW } = constants;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const flags = O_APPEND | O_CREAT | O_WRONLY | (O_NOFOLLOW ?? 0);
  const file = openSync(join(folder, "activity.jsonl"), flags, 0o600);
  try {
    writeSync(file, `${JSON.stringify(line)}\n`);
    fdatasyncSync(file);
  } finally {
    closeSync(file);
  }
}
