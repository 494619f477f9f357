import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BlockedExtensions,
  type ExtensionEvent,
  type ExtensionState,
} from "@latchkey/api-contracts/extensions";
import { ExtensionId, RequesterId } from "@latchkey/api-contracts/ids";
import { createProviderRegistry } from "@latchkey/connections";
import { expect, onTestFinished, test, vi } from "vitest";
import { openBlockList } from "./blocked-extensions.ts";
import { bridgeLimits } from "./bridge.ts";
import { openExtensionHost, runLimits } from "./extension-host.ts";
import type { ExtensionRunOptions } from "./extension-window.ts";

const id = ExtensionId.parse("acme.models");
const requesterId = RequesterId.parse("extension:acme.models");
const manifest = {
  publisher: "acme",
  name: "models",
  version: "1.0.0",
  displayName: "Models",
  type: "module",
  main: "./main.js",
};
const provider = {
  version: 1,
  id: "gateway",
  title: "Gateway",
  group: "llm",
  icon: "web",
  namespace: "provider",
  fields: [{ name: "token", type: "secret", title: "Token" }],
  deliver: "broker",
  test: { noTest: "The service has no address to try." },
};

/** A window that is none: Electron has no place in a unit test. It notes what it is told and runs no code. */
interface FakeWindow extends ExtensionRunOptions {
  readonly told: ExtensionEvent[];
  isDisposed: boolean;
  bytes: number;
}

/** @param folder of an earlier run, which is ended */
async function openKit(former?: string) {
  const folder = former ?? (await mkdtemp(join(tmpdir(), "extensions-")));
  const windows: FakeWindow[] = [];
  const stopped: string[] = [];
  const registry = createProviderRegistry([]);
  const steps: string[] = [];
  const unexpected: unknown[] = [];
  const list = join(folder, "blocked-extensions.json");
  const host = openExtensionHost({
    blocked: openBlockList(list, (error) => void unexpected.push(error)),
    record: ({ actor, action, reason }) => steps.push([actor, action, reason].filter(Boolean).join(" ")),
    access: {
      requestAccess: async () => ({ granted: false, reason: "denied" }),
      fetch: async () => ({ ok: false, reason: "no-access" }),
      requesterStopped: (requester) => stopped.push(requester),
    },
    providers: registry,
    listConnections: async (providerIds) =>
      providerIds.map((providerId) => ({ id: "5f0c1f54" as never, providerId, displayName: "x" })),
    async open(_folder, options) {
      const window: FakeWindow = { ...options, told: [], isDisposed: false, bytes: 0 };
      windows.push(window);
      return {
        tell: (event) => window.told.push(event),
        memory: () => window.bytes,
        [Symbol.dispose]: () => {
          window.isDisposed = true;
        },
      };
    },
    onChanged: () => undefined,
    onUnexpected: async (_where, error) => void unexpected.push(error),
  });
  onTestFinished(async () => {
    await host[Symbol.asyncDispose]();
    vi.useRealTimers();
    await rm(folder, { recursive: true, force: true });
  });

  const write = async (name: string, changes: object = {}, code = "export {};") => {
    const path = join(folder, name);
    await mkdir(path, { recursive: true });
    await writeFile(join(path, "package.json"), JSON.stringify({ ...manifest, ...changes }));
    await writeFile(join(path, "main.js"), code);
    return path;
  };
  const install = async (changes?: object) => {
    const path = await write("acme.models", changes);
    await host.add({ path, id });
    const window = windows.at(-1);
    window?.onSign({ sign: "loaded" });
    return path;
  };
  const windowNow = () => {
    const window = windows.at(-1);
    if (!window) throw new Error("no window was opened");
    return window;
  };
  /** Waits until the list on disk is so; another run of the app reads it. A disk may take its time. */
  const blockedOnDisk = (...ids: string[]) =>
    vi.waitFor(
      async () => {
        const { blocked } = BlockedExtensions.parse(JSON.parse(await readFile(list, "utf8")));
        expect(blocked.map((one) => one.id)).toEqual(ids);
      },
      { timeout: 20_000 },
    );
  const kit = { folder, list, host, registry, windows, windowNow, stopped, steps, unexpected };
  return { ...kit, write, install, blockedOnDisk };
}

/** Sends more messages than it may, also where a slow machine gives it time for some more. */
const flood = (window: FakeWindow) =>
  Promise.all(
    Array.from({ length: 4 * bridgeLimits.burst }, (_, n) =>
      window.call(`{"id":${n + 1},"call":"list-connections","params":{}}`).catch(() => ""),
    ),
  );

/** The same, on a clock that the test moves. */
function openClockedKit() {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "performance"] });
  return openKit();
}

const statusOf = ([state]: ExtensionState[]) =>
  state && (state.status === "invalid" ? [state.status, state.error.code] : [state.status, state.stop]);

test("an extension with code runs, and is known as a requester by what its code hashes to", async () => {
  const kit = await openKit();
  await kit.install();
  const [state] = kit.host.list();
  expect(state).toMatchObject({ status: "active", id, version: "1.0.0" });
  expect(kit.host.find(requesterId)).toMatchObject({
    name: "Models",
    publisher: "acme",
    isVerified: false,
    contentHash: state?.status === "active" ? state.contentHash : "",
  });
});

test("one without code brings its providers and opens no window", async () => {
  const kit = await openKit();
  await kit.install({ main: undefined, contributes: { connectionProviders: [provider] } });
  expect([statusOf(kit.host.list()), kit.windows.length]).toEqual([["ready", null], 0]);
  expect(kit.registry.list().map(({ definition }) => definition.id)).toEqual([
    expect.stringMatching(/^acme-models-gateway--[a-z2-7]{16}$/),
  ]);
  expect(kit.host.find(requesterId)).toBeUndefined();
});

test("a provider that is not right is named in the log, and the others are there", async () => {
  const kit = await openKit();
  await kit.install({ contributes: { connectionProviders: [{ ...provider, title: undefined }, provider] } });
  const [state] = kit.host.list();
  expect(state).toMatchObject({
    providerIds: [expect.stringMatching(/^acme-models-gateway/)],
    logTail: [{ level: "warn", text: "connectionProviders.0: title is missing" }],
  });
});

test("an extension sees the connections of its own providers and of those it names", async () => {
  const kit = await openKit();
  await kit.install({ contributes: { connectionProviders: [provider], usesProviders: ["openai"] } });
  const reply: unknown = JSON.parse(
    await kit.windowNow().call('{"id":1,"call":"list-connections","params":{}}'),
  );
  expect(reply).toMatchObject({
    data: [{ providerId: expect.stringMatching(/^acme-models-gateway/) }, { providerId: "openai" }],
  });
});

test("one whose folder bears another name, or whose id is taken, is not loaded", async () => {
  const kit = await openKit();
  const other = await kit.write("acme.other");
  await kit.host.add({ path: other, id: ExtensionId.parse("acme.other") });
  expect(statusOf(kit.host.list())).toEqual(["invalid", "extensions.invalid"]);
  await kit.install();
  await kit.host.add({ path: other, id: undefined });
  expect(kit.host.list().map(({ status }) => status)).toEqual(["active", "invalid"]);
});

test("a crash starts it anew; the third within a minute blocks it and ends its rights", async () => {
  const kit = await openKit();
  await kit.install({ contributes: { connectionProviders: [provider] } });
  for (let crash = 1; crash <= runLimits.crashes; crash += 1) {
    kit.windowNow().onGone("crashed");
    await vi.waitFor(() => expect(kit.windows).toHaveLength(Math.min(crash + 1, runLimits.crashes)));
  }
  expect(statusOf(kit.host.list())).toEqual(["blocked", "crashes"]);
  expect(kit.stopped).toEqual([requesterId, requesterId, requesterId]);
  expect([kit.registry.list(), kit.host.find(requesterId)]).toEqual([[], undefined]);
});

test("a flood blocks it, and its window is gone", async () => {
  const kit = await openKit();
  await kit.install();
  const window = kit.windowNow();
  await flood(window);
  expect([statusOf(kit.host.list()), window.isDisposed]).toEqual([["blocked", "flood"], true]);
});

test("what a blocked one says afterwards is not heard", async () => {
  const kit = await openKit();
  await kit.install();
  const window = kit.windowNow();
  kit.host.stop(id);
  window.onSign({ sign: "loaded" });
  window.onGone("crashed");
  expect(await window.call('{"id":1,"call":"log","params":{"level":"info","text":"late"}}')).toBe("");
  expect(kit.host.list()).toMatchObject([{ status: "stopped", stop: "person", logTail: [] }]);
});

test.for([
  ["a right answer keeps it", (number: number) => number, "active"],
  ["none stops it", () => undefined, "stopped"],
  ["an answer to an older question stops it", (number: number) => number - 1, "stopped"],
] as const)("it is asked whether it lives: %s", async ([, answerTo, status]) => {
  const kit = await openClockedKit();
  await kit.install();
  const window = kit.windowNow();
  for (let ms = 0; ms <= runLimits.pongWithinMs; ms += runLimits.pingEveryMs) {
    vi.advanceTimersByTime(runLimits.pingEveryMs);
    const ping = window.told.at(-1);
    const number = ping?.event === "ping" ? answerTo(ping.number) : undefined;
    if (number !== undefined) window.onSign({ sign: "pong", number });
  }
  expect(kit.host.list()).toMatchObject([{ status, stop: status === "stopped" ? "unresponsive" : null }]);
});

test("one that takes too much memory is blocked", async () => {
  const kit = await openClockedKit();
  await kit.install();
  kit.windowNow().bytes = runLimits.maxMemoryBytes + 1;
  vi.advanceTimersByTime(runLimits.pingEveryMs);
  expect(statusOf(kit.host.list())).toEqual(["blocked", "memory"]);
});

test("code that cannot be loaded is stopped and not tried again", async () => {
  const kit = await openKit();
  await kit.install();
  kit.windowNow().onSign({ sign: "failed" });
  expect([statusOf(kit.host.list()), kit.windows.length]).toEqual([["stopped", "load-failed"], 1]);
});

test("started again, it is what is in its folder then", async () => {
  const kit = await openKit();
  await kit.install();
  const before = kit.host.find(requesterId)?.contentHash;
  kit.host.stop(id);
  await kit.write("acme.models", {}, "export const other = 1;");
  await kit.host.start(id);
  expect(kit.host.find(requesterId)?.contentHash).not.toBe(before);
});

test("a change of the connections is told to those that run", async () => {
  const kit = await openKit();
  await kit.install();
  kit.host.connectionsChanged();
  expect(kit.windowNow().told).toEqual([{ event: "connections-changed" }]);
});

test("a blocked one stays so over a restart of the app, until a person starts it", async () => {
  const first = await openKit();
  await first.install({ contributes: { connectionProviders: [provider] } });
  await flood(first.windowNow());
  await first.host[Symbol.asyncDispose]();

  const second = await openKit(first.folder);
  // Other code under the same id is blocked all the same.
  await second.write("acme.models", {}, "export const other = 1;");
  await second.host.add({ path: join(second.folder, "acme.models"), id });
  expect([statusOf(second.host.list()), second.windows, second.registry.list()]).toEqual([
    ["blocked", "flood"],
    [],
    [],
  ]);
  expect(second.host.find(requesterId)).toBeUndefined();
  await second.host.start(id);
  second.windowNow().onSign({ sign: "loaded" });
  expect(statusOf(second.host.list())).toEqual(["active", null]);
  await second.blockedOnDisk();
  await second.host[Symbol.asyncDispose]();

  const third = await openKit(first.folder);
  await third.install();
  expect(statusOf(third.host.list())).toEqual(["active", null]);
});

test("one that a person stopped stays so over a restart of the app, without a block, until a person starts it", async () => {
  const first = await openKit();
  await first.install();
  first.host.stop(id);
  await first.host[Symbol.asyncDispose]();
  const second = await openKit(first.folder);
  await second.host.add({ path: join(second.folder, "acme.models"), id });
  expect([statusOf(second.host.list()), second.windows]).toEqual([["stopped", "person"], []]);
  await second.host.start(id);
  await second.host[Symbol.asyncDispose]();
  const third = await openKit(first.folder);
  await third.install();
  expect(statusOf(third.host.list())).toEqual(["active", null]);
});

test("what was stopped otherwise starts with the next run of the app", async () => {
  const first = await openKit();
  await first.install();
  first.windowNow().onSign({ sign: "failed" });
  expect(statusOf(first.host.list())).toEqual(["stopped", "load-failed"]);
  await first.host[Symbol.asyncDispose]();
  const second = await openKit(first.folder);
  await second.install();
  expect(statusOf(second.host.list())).toEqual(["active", null]);
});

test("a list of blocked ones that cannot be read is told, blocks nobody, and takes new ones", async () => {
  const first = await openKit();
  await writeFile(first.list, "{ not a list", { mode: 0o600 });
  await first.host[Symbol.asyncDispose]();
  const second = await openKit(first.folder);
  await second.install();
  expect([statusOf(second.host.list()), second.unexpected]).toMatchObject([
    ["active", null],
    [{ code: "files.corrupt" }],
  ]);
  await flood(second.windowNow());
  await second.blockedOnDisk(id);
});

test("stops, crashes and blocks are recorded, and who starts one again; the end of the app is none of them", async () => {
  const kit = await openKit();
  await kit.install();
  kit.windowNow().onGone("crashed");
  await vi.waitFor(() => expect(kit.windows).toHaveLength(2));
  kit.host.stop(id);
  await kit.host.start(id);
  await flood(kit.windowNow());
  await kit.host.start(id);
  await kit.host[Symbol.asyncDispose]();
  expect(kit.steps).toEqual([
    "app extension.crash crashes",
    "person extension.stop person",
    "person extension.start",
    "app extension.blocked flood",
    "person extension.start",
  ]);
});
