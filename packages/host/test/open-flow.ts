import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ChangeState } from "@latchkey/api-contracts/desktop";
import {
  createMemoryBackend,
  createRedactor,
  type EnvLimits,
  envLimitsOf,
  type OnAudit,
  openSecretStore,
} from "@latchkey/secrets-core";
import { createNodeLauncher, createSupervisor, type Launcher } from "@latchkey/supervisor";
import { onTestFinished, vi } from "vitest";
import { openChangeFlow } from "../src/change-flow.ts";
import { openPendingNote } from "../src/pending-note.ts";

export const choosyServer = fileURLToPath(new URL("fixtures/choosy-server.mjs", import.meta.url));

/** What outlives an app: its folder, and its storage backend. `isFailing` makes the activity log, or the backend, fail. */
export async function createPlace() {
  const folder = await mkdtemp(join(tmpdir(), "lk-flow-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const failWith = vi.fn<NonNullable<Parameters<typeof createMemoryBackend>[0]>["failWith"] & {}>();
  const onAudit = vi.fn<OnAudit>(async () => undefined);
  return { folder, backend: createMemoryBackend({ failWith }), failWith, onAudit };
}
export type Place = Awaited<ReturnType<typeof createPlace>>;

/** A change flow over a store in memory and a real server, as one run of the app has it; it ends with the test. */
export async function openFlow(
  { folder, backend, onAudit }: Place,
  limits: EnvLimits = envLimitsOf(process.platform),
) {
  const pids: number[] = [];
  const errors: unknown[] = [];
  const changed: string[][] = [];
  const onUnreadable = vi.fn<() => void>();
  const shape = vi.fn<Parameters<typeof openChangeFlow>[0]["shape"]>(async (stored) => stored);
  let redact = createRedactor([]);
  let look: (() => unknown) | undefined;

  const store = await openSecretStore({ folder, appId: "latchkey", backends: [backend], onAudit });
  const node = createNodeLauncher({ command: process.execPath, args: [choosyServer] });
  const launcher: Launcher = {
    ...node,
    launch(start) {
      const server = node.launch(start);
      if (server.pid !== undefined) pids.push(server.pid);
      return server;
    },
  };
  const supervisor = createSupervisor({
    launcher,
    redact: (line) => redact(line),
    onAudit: () => undefined,
    limits: { backoffMs: 5 },
  });
  const flow = await openChangeFlow({
    store,
    supervisor,
    note: openPendingNote(folder),
    limits,
    shape,
    onSnapshots: (_, stored) => (redact = createRedactor(stored.flatMap((one) => one.values()))),
    onUnreadable,
    onChanged(keys) {
      changed.push([...keys]);
      look?.();
    },
    onError: (error) => errors.push(error),
  });
  async function close(): Promise<void> {
    await supervisor[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
  }
  onTestFinished(close);

  /** Resolves once the change flow is in a state that is as wanted. */
  function flowWhere(isWanted: (state: ChangeState | null) => boolean): Promise<ChangeState | null> {
    return new Promise((resolve) => {
      look = () => isWanted(flow.state()) && resolve(flow.state());
      look();
    });
  }
  return {
    store,
    supervisor,
    flow,
    pids,
    errors,
    changed,
    onUnreadable,
    shape,
    close,
    /** Holds what the flow reads next: `done` resolves once it is read, and `release` lets it go on. */
    holdRead: () => {
      let end: (() => void) | undefined;
      const held = new Promise<void>((resolve) => (end = resolve));
      const done = new Promise<void>((resolve) => {
        shape.mockImplementationOnce(async (stored) => {
          resolve();
          await held;
          return stored;
        });
      });
      return { done, release: () => end?.() };
    },
    /** Resolves once what was staged is in force, or waits. */
    settled: () => flowWhere((state) => state?.status !== "applying"),
    /** The mapped values that the server which serves was started with. */
    valuesInUse: async (): Promise<Record<string, string>> => {
      const { generation, release } = await supervisor.lease(AbortSignal.timeout(5_000));
      release();
      const entries = readFileSync(`/proc/${pids[generation - 1]}/environ`, "utf8").split("\0");
      return Object.fromEntries(
        entries.filter((entry) => entry.startsWith("PROVIDER_")).map((entry) => entry.split(/=(.*)/s)),
      );
    },
  };
}
