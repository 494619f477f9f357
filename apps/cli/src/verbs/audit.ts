import { watch } from "node:fs";
import type { AuditEvent, AuditListing, AuditVerification } from "@latchkey/api-contracts/audit";
import type { AuditLog } from "@latchkey/connections";
import { foldersOf, openAudit } from "@latchkey/host";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { shortTime } from "../output/table.ts";

/** `latchkey audit`: what the activity log says, or whether it is whole. */
export async function audit(
  context: Context,
  _words: readonly string[],
  options: { follow?: boolean; verify?: boolean },
): Promise<void> {
  const folders = foldersOf("latchkey");
  await using log = await openAudit(folders);
  if (options.verify) {
    const found = await log.verify();
    if (!found.isSound) process.exitCode = exitCodes.invalid;
    return context.answer("verify", found, verificationText(context, found));
  }
  const listings = await readAll(log);
  const events = listings.map(({ event }) => event);
  if (!options.follow) {
    return context.answer("audit", { events }, linesOf(context, events));
  }
  const tell = (event: AuditEvent) =>
    context.isJson
      ? void process.stdout.write(`${JSON.stringify(event)}\n`)
      : context.say(`${shortTime(event.occurredAt)}  ${textOf(context, event)}`);
  for (const event of events) tell(event);
  await follow(folders.data, log, listings.at(-1), tell);
}

/** What a check found, the outcome first. */
export function verificationText({ t }: Context, found: AuditVerification): string[] {
  const {
    problem,
    verifiedTo,
    entries,
    segments,
    droppedTo,
    beforeChain,
    hasTornTail,
    losses,
    head,
    headSeq,
  } = found;
  const seq = verifiedTo ?? 0;
  const place = problem && {
    segment: problem.segment,
    line: problem.line ?? "?",
    seq: problem.seq ?? "?",
  };
  return [
    ...(problem && place ? [t(`verify.problem.${problem.what}`, place)] : []),
    ...(verifiedTo === null ? [] : [t("verify.verified", { seq, count: entries, segments })]),
    ...(droppedTo === null ? [] : [t("verify.dropped", { seq: droppedTo })]),
    ...(beforeChain === 0 ? [] : [t("verify.beforeChain", { count: beforeChain })]),
    ...(hasTornTail ? [t("verify.torn")] : []),
    ...(losses === 0 ? [] : [t("verify.losses", { count: losses })]),
    t(`verify.head.${head}`, { seq: headSeq ?? 0 }),
  ];
}

/** The entries after one, in the order in which they were written. */
async function readAll(log: AuditLog, after?: AuditListing): Promise<AuditListing[]> {
  const listings: AuditListing[] = [];
  let before: string | undefined;
  do {
    const page = await log.list({ limit: 500, before, after: after?.at });
    listings.push(...page.entries);
    before = page.next ?? undefined;
  } while (before !== undefined);
  return listings.toReversed();
}

/** One line an entry; the same thing several times in a row is one line with its number and its last time. */
function linesOf(context: Context, events: readonly AuditEvent[]): string[] {
  const rows: { at: string; text: string; count: number }[] = [];
  for (const event of events) {
    const [at, text] = [shortTime(event.occurredAt), textOf(context, event)];
    const last = rows.at(-1);
    if (last?.text === text) rows[rows.length - 1] = { at, text, count: last.count + 1 };
    else rows.push({ at, text, count: 1 });
  }
  return rows.map(({ at, text, count }) => `${at}  ${text}${count > 1 ? `  ×${count}` : ""}`);
}

function textOf({ t }: Context, event: AuditEvent): string {
  const { actor, action, outcome, keys, code, generation } = event;
  const object = event.connectionName ?? event.connectionId ?? event.providerId;
  const what = [
    action,
    ...keys,
    ...(object === undefined ? [] : [object]),
    ...(event.requesterId === undefined ? [] : [`(${event.requesterId})`]),
    ...(generation === undefined ? [] : [`#${generation}`]),
  ].join(" ");
  const own = (["person", "app", "server"] as const).find((kind) => kind === actor);
  const who = own ? t(`words.${own}`) : actor;
  return `${who}  ${what}  ${t(`words.${outcome}`)}${code ? ` (${code})` : ""}`;
}

/** Goes on with new entries until the reader or the person ends it. */
async function follow(
  folder: string,
  log: AuditLog,
  last: AuditListing | undefined,
  tell: (event: AuditEvent) => void,
): Promise<void> {
  const ended = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => ended.abort());
  process.stdout.once("error", () => ended.abort());
  let told = last;
  let reading: Promise<void> = Promise.resolve();
  async function readOn(): Promise<void> {
    for (const listing of await readAll(log, told)) {
      tell(listing.event);
      told = listing;
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
