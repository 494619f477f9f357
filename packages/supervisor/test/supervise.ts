import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { AuditEntry } from "@latchkey/api-contracts/audit";
import type { ServerReason, ServerState } from "@latchkey/api-contracts/desktop";
import { onTestFinished } from "vitest";
import {
  createNodeLauncher,
  createSupervisor,
  type Launcher,
  type Supervisor,
  type SupervisorOptions,
} from "../src/index.ts";
import { findDescendants, identifyProcess, type ProcessIdentity } from "../src/process-tree.ts";

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export const realServer = pathOf("../../../apps/server/src/main.ts");
export const misbehavingServer = pathOf("fixtures/misbehaving-server.mjs");
export const escapingServer = pathOf("fixtures/escaping-server.py");

export const appStart: ServerReason = { kind: "app-start", keys: [] };
export const changed: ServerReason = { kind: "secrets-changed", keys: [] };
export const byPerson: ServerReason = { kind: "person", keys: [] };

/** A supervisor of a real program, that is ended with the test. Remembers the process of each generation. */
export function supervise(program: string, options: Partial<SupervisorOptions> = {}) {
  const audit: AuditEntry[] = [];
  const pids: number[] = [];
  const real = createNodeLauncher({ command: process.execPath, args: [program] });
  const launcher: Launcher = {
    ...real,
    launch(start) {
      const server = real.launch(start);
      if (server.pid !== undefined) pids.push(server.pid);
      return server;
    },
  };
  const supervisor = createSupervisor({
    launcher,
    redact: (line) => line,
    onAudit: (entry) => audit.push(entry),
    ...options,
  });
  onTestFinished(() => supervisor[Symbol.asyncDispose]());
  return { supervisor, audit, pids };
}

/** Resolves with the first state, the present one included, that is as wanted. */
export function stateWhere(
  supervisor: Supervisor,
  isWanted: (state: ServerState) => boolean,
): Promise<ServerState> {
  return new Promise((resolve) => {
    const end = supervisor.subscribe(look);
    function look(state: ServerState): void {
      if (!isWanted(state)) return;
      end();
      resolve(state);
    }
    look(supervisor.state());
  });
}

/** The environment that a process was started with. */
export function startEnvOf(pid: number | undefined): Record<string, string> {
  const entries = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").filter(Boolean);
  return Object.fromEntries(entries.map((entry) => entry.split(/=(.*)/s).slice(0, 2)));
}

/** A process and all that it started, as it stands. */
export function treeOf(pid: number | undefined): ProcessIdentity[] {
  const root = pid === undefined ? undefined : identifyProcess(pid);
  return root ? [root, ...findDescendants([root])] : [];
}
