import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { judge, keysOf, type Model, newModel, type Step } from "./model.ts";
import { backendOf, type Kind, openSoakStore } from "./open-store.ts";
import { spawnWriter } from "./spawn-writer.ts";
import { count, type Tally } from "./tally.ts";
import { type CallKind, eachCall, trace } from "./tracer.ts";

/** Kills writers at random moments, one after the other in one folder, until the limit says stop. */
export async function killAtRandom(
  tally: Tally,
  { kind, isDone }: { kind: Kind; isDone: () => boolean },
): Promise<void> {
  await inFolder(async (folder) => {
    let model = newModel();
    while (!isDone()) {
      const writer = await spawnWriter({ folder, kind, prefix: "kill", count: 1_000 });
      writer.go();
      if (writer.child.stdout) await once(writer.child.stdout, "data");
      setTimeout(() => writer.child.kill("SIGKILL"), randomInt(80));
      const ended = await writer.ended(model);
      tally.events += 1;
      tally.acknowledged += ended.acknowledged;
      model = await check(tally, {
        folder,
        kind,
        prefix: "kill",
        model: ended.model,
        what: `random kill on ${kind}`,
      });
    }
  });
}

/** Kills a writer at each file call of one step in turn, or at each message that it sends to the keychain. */
export async function killAtEachCall(
  tally: Tally,
  { kind, step, of = "file" }: { kind: Kind; step: Step; of?: CallKind },
): Promise<void> {
  await eachCall(of, (traced) =>
    inFolder(async (folder) => {
      const before = await prepare(folder, kind);
      const writer = await spawnWriter({ folder, kind, prefix: "call", count: 1, only: [step] });
      const met = await trace(writer, traced, "signal=KILL");
      writer.go();
      const { model, acknowledged, wasKilled } = await writer.ended(before);
      await met();
      if (!wasKilled) return false;
      tally.events += 1;
      tally.acknowledged += acknowledged;
      const what = `kill at ${traced.call} ${traced.number} of a ${step} on ${kind}`;
      await check(tally, { folder, kind, prefix: "call", model, what });
      return true;
    }),
  );
}

/** Compares the folder with the model and leaves nothing but what was found; an entry that nobody knows counts as mixed. */
export async function check(
  tally: Tally,
  {
    folder,
    kind,
    prefix,
    model,
    what,
  }: { folder: string; kind: Kind; prefix: string; model: Model; what: string },
): Promise<Model> {
  // Who held the lock is dead for sure, so there is no need to wait until it counts as stale.
  await rm(join(folder, "secrets.lock"), { recursive: true, force: true });
  await using store = await openSoakStore(folder, kind);
  const { verdict, state } = await judge(store, prefix, model);
  count(tally, verdict, `${what}: found ${JSON.stringify(state)}, not of ${JSON.stringify(model.states)}`);
  const expected = (state.inForce ? 2 : 0) + (state.pending ? 2 : 0);
  const { entries } = await backendOf(folder, kind).list();
  if (entries.length !== expected) {
    count(tally, "mixed", `${what}: ${entries.length} entries for ${expected}`);
  }
  return { states: [state], open: undefined };
}

/** Gives a step something to act on: a pair in force, and one that is pending. */
export async function prepare(folder: string, kind: Kind): Promise<Model> {
  await using store = await openSoakStore(folder, kind);
  const keys = keysOf("call");
  await store.change(keys.map((key) => ({ op: "set", key, value: "canary-prepared" })));
  await store.stage(keys.map((key) => ({ op: "set", key, value: "canary-staged" })));
  return { states: [{ inForce: "canary-prepared", pending: "canary-staged" }], open: undefined };
}

export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-soak-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
