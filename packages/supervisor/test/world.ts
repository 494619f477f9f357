import type { AuditEntry } from "@latchkey/api-contracts/audit";
import type { ServerPhase, ServerReason } from "@latchkey/api-contracts/desktop";
import { defaultLimits, type Limits } from "../src/limits.ts";
import { transition } from "../src/machine.ts";
import {
  candidateOf,
  type Effect,
  initialState,
  type MachineEvent,
  type MachineState,
  type Outcome,
  phaseOf,
  type RestartMode,
  wakeAtMs,
} from "../src/machine-state.ts";

type Launch = { generation: number; revision: number; atMs: number };

/** The machine in a world of its own: a clock that is wound by hand, and processes that do as they are told. */
export type World = {
  limits: Limits;
  state: () => MachineState;
  phase: () => ServerPhase;
  nowMs: () => number;
  /** Generations that were launched and have not exited, oldest first. */
  live: number[];
  /** The generation that requests go to. */
  serving: () => number | null;
  terminated: number[];
  killed: number[];
  draining: number[];
  launches: Launch[];
  settled: { revision: number; status: Outcome["status"]; reason: ServerReason["kind"] }[];
  audit: AuditEntry[];
  openProbe: (generation?: number) => Extract<Effect, { type: "probe" }> | undefined;
  send: (event: MachineEvent) => void;
  /** A new revision, in force at once. */
  run: (reason: ServerReason) => number;
  /** A new revision that is tried, while the committed one stays in force; or a new one, without what was removed. */
  tryOut: (reason: ServerReason, fallback?: "committed" | "new") => number;
  stop: (reason: ServerReason) => void;
  announce: () => void;
  answer: (isGood: boolean, generation?: number) => void;
  drained: (generation: number) => void;
  exit: (code?: number | null, generation?: number) => void;
  becomeHealthy: () => void;
  healthy: (reason: ServerReason) => World;
  advance: (ms: number) => void;
};

const at = (nowMs: number) => ({ nowMs, timestamp: new Date(nowMs).toISOString(), random: 0.999 });

/** More than any wait in a test can need; a machine that asks for the same tick again and again is found by it. */
const MAX_TICKS = 200;

export function createWorld(restart: RestartMode = "overlap"): World {
  const limits = defaultLimits;
  let nowMs = 0;
  let revision = 0;
  let serving: number | null = null;
  let state = initialState(at(0).timestamp, restart);
  const probes = new Map<number, Extract<Effect, { type: "probe" }>>();
  const candidate = () => candidateOf(state)?.generation ?? state.generation;

  const world: World = {
    limits,
    state: () => state,
    phase: () => phaseOf(state),
    nowMs: () => nowMs,
    live: [],
    serving: () => serving,
    terminated: [],
    killed: [],
    draining: [],
    launches: [],
    settled: [],
    audit: [],
    openProbe: (generation = candidate()) => probes.get(generation),
    send(event) {
      const result = transition(state, event, at(nowMs), limits);
      state = result.state;
      for (const effect of result.effects) perform(effect);
    },
    run(reason) {
      revision += 1;
      world.send({ type: "run", revision, committed: revision, reason });
      return revision;
    },
    tryOut(reason, fallback = "committed") {
      if (fallback === "new") revision += 1;
      const committed = fallback === "new" ? revision : (state.committed?.revision ?? revision + 1);
      revision += 1;
      world.send({ type: "run", revision, committed, reason });
      return revision;
    },
    stop: (reason) => world.send({ type: "stop", reason }),
    announce() {
      const generation = candidate();
      world.send({ type: "announced", generation, port: 4_000 + generation });
      world.advance(0);
    },
    answer(isGood, generation = candidate()) {
      if (probes.delete(generation)) world.send({ type: "probed", generation, isGood });
      world.advance(0);
    },
    drained: (generation) => world.send({ type: "drained", generation }),
    exit(code = 0, generation = world.live[0] ?? 0) {
      if (!world.live.includes(generation)) return;
      world.live.splice(world.live.indexOf(generation), 1);
      probes.delete(generation);
      world.send({ type: "exited", generation, code, signal: code === null ? "SIGKILL" : null });
    },
    becomeHealthy() {
      world.announce();
      world.answer(true);
      world.answer(true);
    },
    healthy(reason) {
      world.run(reason);
      world.becomeHealthy();
      return world;
    },
    advance(ms) {
      const end = nowMs + ms;
      let ticks = 0;
      for (let wake = wakeAtMs(state); wake !== null && wake <= end; wake = wakeAtMs(state)) {
        if ((ticks += 1) > MAX_TICKS) throw new Error(`does not come to rest: ${JSON.stringify(state)}`);
        nowMs = Math.max(nowMs, wake);
        world.send({ type: "tick" });
      }
      nowMs = end;
    },
  };

  function perform(effect: Effect): void {
    switch (effect.type) {
      case "launch":
        world.live.push(effect.generation);
        world.launches.push({ generation: effect.generation, revision: effect.revision, atMs: nowMs });
        return;
      case "probe":
        probes.set(effect.generation, effect);
        return;
      case "serve":
        serving = effect.generation;
        return;
      case "drain":
        world.draining.push(effect.generation);
        return;
      case "terminate":
        world.terminated.push(effect.generation);
        return;
      case "kill":
        world.killed.push(effect.generation);
        return;
      case "audit":
        world.audit.push(effect.entry);
        return;
      case "settle": {
        const { status, reason } = effect.outcome;
        const last = Number.isFinite(effect.revision) ? effect.revision : revision;
        world.settled.push({ revision: last, status, reason: reason.kind });
      }
    }
  }
  return world;
}
