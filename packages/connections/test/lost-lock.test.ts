import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openConnectionStore } from "../src/store/open-connection-store.ts";
import { codeOf, github, openConnections } from "./open-connections.ts";

type Paused = Awaited<ReturnType<typeof openConnectionStore>>;

test.each<[string, (store: Paused, seen: { id: never; revision: number }) => Promise<unknown>]>([
  ["a new name", (store, seen) => store.update(seen, { displayName: "Late" })],
  ["another secret", (store, seen) => store.update(seen, { secrets: { token: "canary-late" } as never })],
  ["a deletion", (store, seen) => store.remove(seen, { alsoInUse: true })],
  ["another default model", (store) => store.setDefaultLlm(null)],
])("%s that lost its lock while it slept takes nothing back of what came after it", async (_what, change) => {
  const { folder, secrets, providers, store } = await openConnections();
  const { connection } = await store.create(github());
  const other = await store.create(github({ displayName: "Other" }));
  let wake: (() => void) | undefined;
  let sleep: (() => void) | undefined;
  const asleep = new Promise<void>((resolve) => (sleep = resolve));
  const pause = async () => {
    sleep?.();
    await new Promise<void>((resolve) => (wake = resolve));
  };
  const paused = await openConnectionStore({
    folder,
    appId: "latchkey",
    secrets,
    providers,
    onAudit: async ({ outcome }) => (outcome === "done" ? pause() : undefined),
  });
  const changing = change(paused, { id: connection.id as never, revision: 1 });
  await asleep;
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(join(folder, "connections.lock"), longAgo, longAgo);
  await store.update({ id: other.connection.id, revision: 1 }, { displayName: "Acknowledged" });
  wake?.();
  expect(await codeOf(changing)).toBe("secrets.busy");
  expect((await store.list()).connections.map(({ displayName, state }) => [displayName, state])).toEqual([
    ["GitHub", "not-tested"],
    ["Acknowledged", "not-tested"],
  ]);
  expect(await secrets.get("provider.github.token")).toBe("canary-github");
});
