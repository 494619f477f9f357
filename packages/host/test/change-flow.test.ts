import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { ServerReason } from "@latchkey/api-contracts/desktop";
import { AppError } from "@latchkey/api-contracts/errors";
import { expect, test, vi } from "vitest";
import { createPlace, openFlow } from "./open-flow.ts";

const appStart: ServerReason = { kind: "app-start", keys: [] };
const key = "provider.a.key";
const set = (value: string, of = key) => [{ op: "set" as const, key: of, value }];

/** A place whose value in force is fine, and a flow whose server has it. */
async function running(value = "canary-fine") {
  const place = await createPlace();
  const app = await openFlow(place);
  await app.store.set(key, value);
  await app.flow.deliver(appStart);
  return { place, ...app };
}

test("what is staged is in force once a server is healthy with it", async () => {
  const { flow, store, settled, supervisor, errors, changed } = await running();
  await flow.stage(set("canary-next"));
  expect(flow.state()).toEqual({ status: "applying", keys: [key] });
  expect(await store.get(key)).toBe("canary-fine");
  expect(await settled()).toBeNull();
  expect([await store.get(key), await store.pending(), supervisor.state().generation]).toEqual([
    "canary-next",
    undefined,
    2,
  ]);
  expect([errors, changed.at(-1)]).toEqual([[], [key]]);
});

test("a value that the server refuses waits with the reason and its redacted lines, and the former one serves on", async () => {
  const { place, flow, store, settled, valuesInUse, pids } = await running();
  await flow.stage(set("canary-bad"));
  expect(await settled()).toEqual({
    status: "pending",
    keys: [key],
    reason: "crashed",
    logTail: ["refused: [redacted] is not accepted"],
  });
  expect([await store.get(key), await valuesInUse(), pids.length]).toEqual([
    "canary-fine",
    { PROVIDER_A_KEY: "canary-fine" },
    2,
  ]);
  const entries = await readdir(place.folder, { withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ name }) => join(place.folder, name));
  const texts = await Promise.all(files.map((file) => readFile(file, "utf8")));
  expect(texts.join("\n")).not.toContain("canary");
});

test("the reason of a pending change survives a restart of the app, which starts with what is in force", async () => {
  const { place, flow, settled, close } = await running();
  await flow.stage(set("canary-bad"));
  const left = await settled();
  await close();
  const next = await openFlow(place);
  expect(next.flow.state()).toEqual(left);
  await next.flow.deliver(appStart);
  expect([next.flow.state(), await next.valuesInUse()]).toEqual([left, { PROVIDER_A_KEY: "canary-fine" }]);
});

test("a change that the app did not see to its end waits for that reason", async () => {
  const { place, store, close } = await running();
  await store.stage(set("canary-bad"));
  await close();
  const next = await openFlow(place);
  expect(next.flow.state()).toEqual({ status: "pending", keys: [key], reason: "app-closed", logTail: [] });
});

test("an older reason is not told of a newer change", async () => {
  const { place, flow, store, settled, close } = await running();
  await flow.stage(set("canary-bad"));
  await settled();
  await store.stage(set("canary-other-bad"));
  await close();
  expect((await openFlow(place)).flow.state()).toMatchObject({ reason: "app-closed", logTail: [] });
});

test("a pending change is tried again, edited or discarded, and its reason goes with it", async () => {
  const { place, flow, settled, store, valuesInUse } = await running();
  const notes = async () => (await readdir(place.folder)).filter((name) => name.startsWith("pending"));
  await flow.stage(set("canary-bad"));
  await settled();
  await flow.retry();
  expect([flow.state(), await notes()]).toMatchObject([{ reason: "crashed" }, ["pending-change.json"]]);
  await flow.discard();
  expect([flow.state(), await notes(), await store.pending()]).toEqual([null, [], undefined]);
  expect(await valuesInUse()).toEqual({ PROVIDER_A_KEY: "canary-fine" });
  await flow.stage(set("canary-bad"));
  await settled();
  await flow.stage(set("canary-good"));
  expect(await settled()).toBeNull();
  await vi.waitFor(async () => expect(await notes()).toEqual([]));
  expect(await store.get(key)).toBe("canary-good");
});

test("edits that come while a change is tried are tried with it, and come into force together", async () => {
  const { flow, settled, store } = await running();
  await flow.stage(set("canary-next"));
  await flow.stage(set("canary-b", "provider.b.key"));
  expect(await settled()).toBeNull();
  expect((await store.snapshot()).toEnv()).toEqual({
    PROVIDER_A_KEY: "canary-next",
    PROVIDER_B_KEY: "canary-b",
  });
});

test("a look at the store that takes its time does not take the former values back to the server", async () => {
  const { flow, store, settled, holdRead, valuesInUse } = await running();
  const look = holdRead();
  const delivered = flow.deliver({ kind: "secrets-changed", keys: [] });
  await look.done;
  await flow.stage(set("canary-bad"));
  // As much reading as the change does, so that it would have come to the server by now.
  for (const pending of [false, true]) await store.snapshot({ pending });
  look.release();
  await delivered;
  expect(await settled()).toMatchObject({ status: "pending", reason: "crashed" });
  expect([await store.get(key), await valuesInUse()]).toEqual([
    "canary-fine",
    { PROVIDER_A_KEY: "canary-fine" },
  ]);
});

test("more than a process can be started with waits for that reason, before anything is started with it", async () => {
  const place = await createPlace();
  const { store, flow, settled, pids, valuesInUse } = await openFlow(place, {
    variableBytes: 1_000,
    totalUnits: 100,
  });
  await store.set(key, "canary-fine");
  await flow.deliver(appStart);
  await flow.stage(set(`canary-${"x".repeat(100)}`, "provider.b.key"));
  expect(await settled()).toEqual({
    status: "pending",
    keys: ["provider.b.key"],
    reason: "too-large",
    logTail: [],
  });
  expect([pids.length, await valuesInUse()]).toEqual([1, { PROVIDER_A_KEY: "canary-fine" }]);
  await flow.stage(set("canary-b", "provider.b.key"));
  expect(await settled()).toBeNull();
});

test("what is in force and too large for a process is told as an error with its code", async () => {
  const place = await createPlace();
  const { store, flow } = await openFlow(place, { variableBytes: 1_000, totalUnits: 20 });
  await store.set(key, "canary-fine");
  await expect(flow.deliver(appStart)).rejects.toMatchObject({
    code: "secrets.env-too-large",
    details: { maxUnits: 20 },
  });
});

test("a change whose server is healthy waits when the key storage does not take it over", async () => {
  const { place, flow, settled, errors, store } = await running();
  const refusal = new AppError("audit.failed", { reason: "ENOSPC" });
  await flow.stage(set("canary-next"));
  place.onAudit.mockRejectedValue(refusal);
  expect(await settled()).toMatchObject({ status: "pending", reason: "not-stored" });
  await expect.poll(() => errors).toEqual([refusal]);
  expect(await store.get(key)).toBe("canary-fine");
  place.onAudit.mockResolvedValue();
  await flow.retry();
  expect([flow.state(), await store.get(key)]).toEqual([null, "canary-next"]);
});

test("a change waits when it cannot be told what of it goes to a server", async () => {
  const { flow, settled, errors, shape, valuesInUse } = await running();
  const refusal = new AppError("files.corrupt", { file: "connections.json" });
  shape.mockRejectedValueOnce(refusal);
  await flow.stage(set("canary-next"));
  expect(await settled()).toMatchObject({ status: "pending", reason: "not-delivered", keys: [key] });
  await expect.poll(() => errors).toEqual([refusal]);
  expect(await valuesInUse()).toEqual({ PROVIDER_A_KEY: "canary-fine" });
  await flow.retry();
  expect([flow.state(), await valuesInUse()]).toEqual([null, { PROVIDER_A_KEY: "canary-next" }]);
});

test("while the key storage cannot be read the server keeps what it has", async () => {
  const { place, flow, store, onUnreadable, valuesInUse } = await running();
  place.failWith.mockReturnValue(new AppError("secrets.locked"));
  await store.recheck();
  await flow.deliver({ kind: "secrets-changed", keys: [] });
  expect([onUnreadable.mock.calls.length, await valuesInUse()]).toEqual([
    1,
    { PROVIDER_A_KEY: "canary-fine" },
  ]);
});
