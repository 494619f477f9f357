import type { DesktopState, ServerState } from "@latchkey/api-contracts/desktop";
import type { Tone } from "../../components/status-word.tsx";

const tones: Record<ServerState["phase"], Tone> = {
  stopped: "neutral",
  starting: "busy",
  ready: "busy",
  healthy: "ok",
  overlapping: "busy",
  draining: "ok",
  unhealthy: "warn",
  stopping: "busy",
  "backing-off": "danger",
  failed: "danger",
};

const restartPhases: readonly string[] = ["stopped", "starting", "ready", "healthy", "stopping"];

/** How the server is shown: one word, its tone, and which buttons make sense. */
export function serverView({ server, serverRestarting }: DesktopState) {
  const isRestarting = serverRestarting && restartPhases.includes(server.phase);
  const isStarting = server.phase === "starting" || server.phase === "ready";
  return {
    word: isRestarting ? ("server.restarting" as const) : (`server.phase.${server.phase}` as const),
    tone: isRestarting ? ("busy" satisfies Tone) : tones[server.phase],
    isRestarting,
    isStarting,
    canStart: server.phase === "stopped" || server.phase === "failed",
    hasFailed: server.phase === "failed" || server.phase === "backing-off" || server.phase === "unhealthy",
    /** Whether something on the screen counts seconds. */
    isTicking: server.phase !== "stopped" && server.phase !== "failed",
  };
}

/** Starting that takes this long is said to be unusual. */
const LONG_START_MS = 10_000;

/** Whether the start under way has lasted unusually long. **Units** `now` in epoch milliseconds. */
export function isLongStart(state: DesktopState, now: number): boolean {
  const view = serverView(state);
  const isUnderWay = view.isStarting || view.isRestarting || state.server.phase === "overlapping";
  return isUnderWay && now - Date.parse(state.server.since) >= LONG_START_MS;
}
