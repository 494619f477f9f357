import type { AuditEntry } from "@latchkey/api-contracts/audit";
import type { ServerPhase, ServerReason } from "@latchkey/api-contracts/desktop";
import { defaultLimits, type Limits } from "../src/limits.ts";
import { transition } from "../src/machine.ts";
import {
  type Effect,
  initialState,
  type MachineEvent,
  type MachineState,
  type Outcome,
  phaseOf,
  wakeAtMs,
} from "../src/machine-state.ts";

/** The machine in a world of its own: a clock that is wound by hand, and processes that do as they are told. */
export type World = {
  limits: Limits;
  state: () => MachineState;
  phase: () => ServerPhase;
  nowMs: () => number;
  /** Generations that were launched and have not exited. */
  live: number[];
  killed: number[];
  launches: { generation: number; atMs: number }[];
  settled: { revision: number; outcome: Outcome }[];
  audit: AuditEntry[];
  openProbe: () => Extract<Effect, { type: "probe" }> | undefined;
  send: (event: MachineEvent) => void;
  run: (reason: ServerReason) => number;
  stop: (reason: ServerReason) => void;
  announce: () => void;
  answer: (isGood: boolean) => void;
  exit: (code?: number | null) => void;
  becomeHealthy: () => void;
  healthy: (reason: ServerReason) => World;
  advance: (ms: number) => void;
};

const at = (nowMs: number) => ({ nowMs, timestamp: new Date(nowMs).toISOString(), random: 0.999 });

/** More than any wait in a test can need; a machine that asks for the same tick again and again is found by it. */
const MAX_TICKS = 100;

export function createWorld(): World {
  const limits = defaultLimits;
  let nowMs = 0;
  let revision = 0;
  let state = initialState(at(0).timestamp);
  let openProbe: Extract<Effect, { type: "probe" }> | undefined;

  const world: World = {
    limits,
    state: () => state,
    phase: () => phaseOf(state),
    nowMs: () => nowMs,
    live: [],
    killed: [],
    launches: [],
    settled: [],
    audit: [],
    openProbe: () => openProbe,
    send(event) {
      const result = transition(state, event, at(nowMs), limits);
      state = result.state;
      for (const effect of result.effects) perform(effect);
    },
    run(reason) {
      revision += 1;
      world.send({ type: "run", revision, reason });
      return revision;
    },
    stop: (reason) => world.send({ type: "stop", reason }),
    announce() {
      world.send({ type: "announced", generation: state.generation, port: 4_000 });
      world.advance(0);
    },
    answer(isGood) {
      const generation = openProbe?.generation;
      openProbe = undefined;
      if (generation !== undefined) world.send({ type: "probed", generation, isGood });
      world.advance(0);
    },
    exit(code = 0) {
      const generation = world.live.shift();
      if (generation === undefined) return;
      openProbe = undefined;
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
        world.launches.push({ generation: effect.generation, atMs: nowMs });
        return;
      case "probe":
        openProbe = effect;
        return;
      case "kill":
        world.killed.push(effect.generation);
        return;
      case "audit":
        world.audit.push(effect.entry);
        return;
      case "settle":
        if (Number.isFinite(effect.revision)) {
          world.settled.push({ revision: effect.revision, outcome: effect.outcome });
        } else world.settled.push({ revision, outcome: effect.outcome });
    }
  }
  return world;
}
