import { watch } from "node:fs";
import { open } from "node:fs/promises";
import type { AuditEvent } from "@latchkey/api-contracts/audit";
import { foldersOf } from "@latchkey/host";
import { activityFile, parseEntry, problemsOf, readActivity } from "../activity.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { shortTime } from "../output/table.ts";

/** `latchkey audit`: what the activity log says. */
export async function audit(
  context: Context,
  _words: readonly string[],
  options: { follow?: boolean; verify?: boolean },
): Promise<void> {
  const { t, say, isJson } = context;
  const { data } = foldersOf("latchkey");
  const { entries, length } = await readActivity(data);
  if (options.verify) {
    const problems = problemsOf(entries);
    if (problems.length > 0) process.exitCode = exitCodes.invalid;
    const lines = problems.map(({ line, problem }) =>
      problem === "not-an-entry" ? t("done.badEntry", { line }) : t("done.badOrder", { line }),
    );
    const summary = t("done.verified", { count: entries.length });
    return context.answer(
      "verify",
      { entries: entries.length, problems },
      problems.length > 0 ? lines : [summary],
    );
  }
  const events = entries.flatMap(({ event }) => event ?? []);
  if (!options.follow)
    return context.answer(
      "audit",
      { events },
      events.map((event) => lineOf(context, event)),
    );
  const tell = (event: AuditEvent) =>
    isJson ? void process.stdout.write(`${JSON.stringify(event)}\n`) : say(lineOf(context, event));
  for (const event of events) tell(event);
  await follow(data, length, tell);
}

function lineOf(
  { t }: Context,
  { occurredAt, actor, action, outcome, keys, code, generation }: AuditEvent,
): string {
  const who = actor === "server" ? t("words.server") : t(`words.${actor}`);
  const what = [action, ...keys, ...(generation === undefined ? [] : [`#${generation}`])].join(" ");
  return `${shortTime(occurredAt)}  ${who}  ${what}  ${t(`words.${outcome}`)}${code ? ` (${code})` : ""}`;
}

/** Goes on with new lines until the reader or the person ends it. */
async function follow(folder: string, from: number, tell: (event: AuditEvent) => void): Promise<void> {
  const ended = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => ended.abort());
  process.stdout.once("error", () => ended.abort());
  let at = from;
  let reading: Promise<void> = Promise.resolve();
  async function readOn(): Promise<void> {
    const file = await open(activityFile(folder), "r");
    try {
      const { size } = await file.stat();
      if (size <= at) return;
      const bytes = Buffer.alloc(size - at);
      await file.read(bytes, 0, bytes.length, at);
      const end = bytes.lastIndexOf(10) + 1;
      at += end;
      for (const line of bytes.toString("utf8", 0, end).split("\n").slice(0, -1)) {
        const { event } = parseEntry(line);
        if (event) tell(event);
      }
    } finally {
      await file.close();
    }
  }
  const next = () => {
    reading = reading.then(readOn).catch(() => undefined);
  };
  const watcher = watch(folder, (_event, name) => {
    if (name === "activity.jsonl") next();
  });
  next();
  await new Promise<void>((resolve) => ended.signal.addEventListener("abort", () => resolve()));
  watcher.close();
  await reading;
}
