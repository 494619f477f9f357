import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { AuditEntry } from "@latchkey/api-contracts/audit";
import { SecretKey } from "@latchkey/api-contracts/ids";
import type { LogLimits } from "../src/audit/append-events.ts";
import type { SegmentContent } from "../src/audit/verify.ts";
import { type HeadKeeper, openAuditLog } from "../src/index.ts";

/** A keychain that holds one thing, in memory: the real one is tried in the host's tests. */
export function memoryHeads(): HeadKeeper {
  let kept: Awaited<ReturnType<HeadKeeper["read"]>>;
  return {
    read: async () => kept,
    async write(head) {
      kept = head;
    },
  };
}

export const entryOf = (n: number): AuditEntry => ({
  actor: "person",
  action: n % 3 === 0 ? "secret.remove" : "secret.set",
  outcome: n % 5 === 0 ? "refused" : "done",
  keys: [SecretKey.parse(`provider.service-${n}.api-key`)],
});

/** Appends so many entries at once, keeps the head, and closes the log. */
export async function fillLog(
  folder: string,
  count: number,
  options: { heads?: HeadKeeper; limits?: LogLimits } = {},
): Promise<void> {
  await using log = await openAuditLog({ folder, ...options });
  await Promise.all(Array.from({ length: count }, (_, n) => log.append(entryOf(n))));
  await log.keepHead();
}

/** The files of a log as `verify` takes them. */
export async function readSegments(folder: string): Promise<SegmentContent[]> {
  const names = (await readdir(folder)).filter((name) => name.startsWith("activity")).toSorted();
  const segments = await Promise.all(
    names.map(async (name): Promise<SegmentContent> => {
      const bytes = await readFile(join(folder, name));
      if (name === "activity.jsonl") return { bytes };
      return { segment: Number(/\d+/.exec(name)?.[0] ?? 0), bytes };
    }),
  );
  return segments.toSorted((a, b) => (a.segment ?? 1e6) - (b.segment ?? 1e6));
}
