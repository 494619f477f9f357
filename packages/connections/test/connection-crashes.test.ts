import fs from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { AppError } from "@latchkey/api-contracts/errors";
import type { ConnectionId } from "@latchkey/api-contracts/ids";
import { createMemoryBackend } from "@latchkey/secrets-core";
import { expect, onTestFinished, test } from "vitest";
import { codeOf, github, makeFolder, type Opened, openConnections } from "./open-connections.ts";

type Call = "open" | "rename" | "link";
const calls: readonly Call[] = ["open", "rename", "link"];

/**
 * Counts the calls that change files and the key storage, and lets them fail: the nth alone, as a full disk would, or
 * all from the nth on, as after a kill.
 */
function injectFaults() {
  const control = { count: 0, failAt: 0, isLasting: false, isOn: false };
  const isDue = () => {
    if (!control.isOn || control.failAt === 0) return false;
    control.count++;
    return control.isLasting ? control.count >= control.failAt : control.count === control.failAt;
  };
  const originals = calls.map((name) => [name, fs[name]] as const);
  for (const [name, original] of originals) {
    Object.assign(fs, {
      [name]: async (...args: never[]) => {
        if (isDue()) throw Object.assign(new Error("no space"), { code: "ENOSPC" });
        return Reflect.apply(original, fs, args) as unknown;
      },
    });
  }
  syncBuiltinESMExports();
  onTestFinished(() => {
    for (const [name, original] of originals) Object.assign(fs, { [name]: original });
    syncBuiltinESMExports();
  });
  // Of a kind that does not make a draft of a new connection.
  const lost = new AppError("files.failed", { file: "memory", operation: "written", reason: "ENOSPC" });
  const backend = createMemoryBackend({
    failWith: (call) => ((call === "write" || call === "remove") && isDue() ? lost : undefined),
  });
  return { control, backend };
}

/** All that there is: a connection as name and value, and what is stored without one. */
async function wholeOf({ store, secrets }: Opened): Promise<unknown> {
  const { connections } = await store.list();
  const entries = await Promise.all(
    connections.map(async ({ displayName, secrets: fields, scope, state }) => {
      const keys = Object.values(fields).map(({ key }) => key);
      return { displayName, scope, state, values: await Promise.all(keys.map((key) => secrets.get(key))) };
    }),
  );
  const known = new Set(connections.flatMap((one) => Object.values(one.secrets).map(({ key }) => key)));
  const loose = (await secrets.keys()).filter((key) => !known.has(key));
  return { entries, loose };
}

type Step = (opened: Opened, id: ConnectionId) => Promise<unknown>;
const steps: Record<string, Step> = {
  "creating a connection": ({ store }) => store.create(github({ displayName: "B" })),
  "changing name and secret": ({ store }, id) =>
    store.update({ id, revision: 1 }, { displayName: "B", secrets: { token: "canary-2" } as never }),
  "changing the name": ({ store }, id) => store.update({ id, revision: 1 }, { displayName: "B" }),
  "deleting a connection": ({ store }, id) => store.remove({ id, revision: 1 }, { alsoInUse: true }),
  "moving a connection to the workspace": ({ store }, id) =>
    store.update({ id, revision: 1 }, { scope: "workspace" }),
  "creating a connection in the workspace": ({ store }) =>
    store.create(github({ displayName: "B", scope: "workspace" })),
};

async function prepare(faults: ReturnType<typeof injectFaults>) {
  faults.control.isOn = false;
  const folders = { folder: await makeFolder(), workspace: await makeFolder() };
  faults.backend.entries.clear();
  const open = async () => {
    const opened = await openConnections({ folder: folders.folder, backends: [faults.backend] });
    opened.store.openWorkspace(folders.workspace);
    return opened;
  };
  const opened = await open();
  const { connection } = await opened.store.create(github());
  return { opened, open, id: connection.id };
}

test.each(Object.entries(steps))(
  "%s: a fault or a kill at any write leaves all of it or nothing, and the answer says which",
  async (_name, step) => {
    const faults = injectFaults();
    const first = await prepare(faults);
    const before = await wholeOf(first.opened);
    await step(first.opened, first.id);
    const after = await wholeOf(first.opened);
    expect(after).not.toEqual(before);
    const seen = new Set<string>();
    for (const isLasting of [false, true]) {
      for (let failAt = 1; ; failAt++) {
        const { opened, open, id } = await prepare(faults);
        Object.assign(faults.control, { count: 0, failAt, isLasting, isOn: true });
        const answer = await codeOf(step(opened, id));
        const isMet = faults.control.count >= failAt;
        faults.control.isOn = false;
        if (!isMet) break;
        const here = await wholeOf(opened);
        const reopened = await wholeOf(await open());
        const outcome = JSON.stringify(reopened) === JSON.stringify(after) ? "after" : "before";
        seen.add(outcome);
        expect([failAt, isLasting, reopened]).toEqual([
          failAt,
          isLasting,
          outcome === "after" ? after : before,
        ]);
        expect([failAt, isLasting, here]).toEqual([failAt, isLasting, reopened]);
        // After a kill nobody is told; else the answer and what is there agree.
        const told = isLasting ? outcome : answer === "done" ? "after" : "before";
        expect([failAt, told]).toEqual([failAt, outcome]);
      }
    }
    expect(seen).toContain("before");
  },
  60_000,
);
