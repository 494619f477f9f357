import type { DesktopState, ServerState } from "@latchkey/api-contracts/desktop";
import { expect, test } from "vitest";
import { isLongStart, serverView } from "./server-view.ts";

const since = "2026-03-01T12:00:00.000Z";

function stateIn(phase: ServerState["phase"], serverRestarting = false): DesktopState {
  const server: ServerState = {
    phase,
    generation: 2,
    port: null,
    reason: { kind: "app-start", keys: [] },
    since,
    startCount: 1,
    startLimit: 5,
    lastExit: null,
    nextTryAt: null,
    logTail: [],
  };
  return { secretBackend: "keychain", protection: "os-user", serverRestarting, server, change: null };
}

test.each([
  ["stopped", "server.phase.stopped", "neutral", true],
  ["starting", "server.phase.starting", "busy", false],
  ["healthy", "server.phase.healthy", "ok", false],
  ["overlapping", "server.phase.overlapping", "busy", false],
  ["draining", "server.phase.draining", "ok", false],
  ["unhealthy", "server.phase.unhealthy", "warn", false],
  ["backing-off", "server.phase.backing-off", "danger", false],
  ["failed", "server.phase.failed", "danger", true],
] as const)("phase %s is shown as %s", (phase, word, tone, canStart) => {
  expect(serverView(stateIn(phase))).toMatchObject({ word, tone, canStart });
});

test("while the server restarts, its stop and start are one word", () => {
  const words = (["stopping", "stopped", "starting", "ready"] as const).map(
    (phase) => serverView(stateIn(phase, true)).word,
  );
  expect(new Set(words)).toEqual(new Set(["server.restarting"]));
});

test("a server that answers while its successor starts is not shown as restarting", () => {
  expect(serverView(stateIn("overlapping", true)).word).toBe("server.phase.overlapping");
});

test("a restart that failed is shown as failed", () => {
  expect(serverView(stateIn("failed", true)).word).toBe("server.phase.failed");
});

test("a start is long after ten seconds, and a running server never", () => {
  const at = Date.parse(since);
  expect([
    isLongStart(stateIn("starting"), at + 9_999),
    isLongStart(stateIn("starting"), at + 10_000),
    isLongStart(stateIn("healthy"), at + 60_000),
  ]).toEqual([false, true, false]);
});
