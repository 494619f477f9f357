import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { AuditEvent } from "@latchkey/api-contracts/audit";

/** One line of the activity log; without an event it is not an entry. **Units** lines count from 1. */
export type ActivityEntry = Readonly<{ line: number; event?: AuditEvent }>;

export const activityFile = (folder: string) => join(folder, "activity.jsonl");

/** The whole log, in the order of its lines; empty when there is none. A line that is still being written is left out. */
export async function readActivity(folder: string): Promise<{ entries: ActivityEntry[]; length: number }> {
  const bytes = await readFile(activityFile(folder)).catch(() => Buffer.alloc(0));
  const length = bytes.lastIndexOf(10) + 1;
  const lines = bytes.toString("utf8", 0, length).split("\n").slice(0, -1);
  return { entries: lines.map((text, at) => ({ line: at + 1, ...parseEntry(text) })), length };
}

export function parseEntry(text: string): { event?: AuditEvent } {
  try {
    const event = AuditEvent.safeParse(JSON.parse(text)).data;
    return event ? { event } : {};
  } catch {
    return {};
  }
}

/** What is wrong with a log: lines of another form, and entries older than the one before. */
export function problemsOf(entries: readonly ActivityEntry[]): LogProblem[] {
  let last = "";
  return entries.flatMap(({ line, event }): LogProblem[] => {
    if (!event) return [{ line, problem: "not-an-entry" }];
    const isOlder = event.occurredAt < last;
    last = event.occurredAt;
    return isOlder ? [{ line, problem: "out-of-order" }] : [];
  });
}

export type LogProblem = { line: number; problem: "not-an-entry" | "out-of-order" };
