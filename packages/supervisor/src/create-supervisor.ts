import { callSafely } from "./call-safely.ts";
import { requestServer } from "./client.ts";
import { systemClock } from "./clock.ts";
import { type Incarnation, launchIncarnation } from "./incarnation.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { createLogTail } from "./log-tail.ts";
import { transition } from "./machine.ts";
import { type Effect, initialState, type MachineEvent, wakeAtMs } from "./machine-state.ts";
import { createNotices } from "./notices.ts";
import { checkSnapshotNames } from "./pristine-env.ts";
import { probe } from "./probe.ts";
import { isRestarting, toServerState } from "./server-state.ts";
import { copySnapshot, isSameSnapshot, type Snapshot } from "./snapshot.ts";
import type { Supervisor, SupervisorOptions } from "./supervisor.ts";
import { createWaits, toError } from "./waits.ts";

/**
 * Creates the supervisor of one server process. Nothing runs before the first `apply`.
 *
 * This is the edge round the machine: it turns what happens into events, one at a time, and does what the machine
 * asks for. It decides nothing itself.
 */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { launcher, clock = systemClock, parentEnv = process.env } = options;
  const limits: Limits = { ...defaultLimits, ...options.limits };
  const tail = createLogTail(options.redact);
  const waits = createWaits();
  const incarnations = new Map<number, Incarnation>();
  const events: MachineEvent[] = [];
  let machine = initialState(clock.timestamp());
  let snapshot: Snapshot | undefined;
  let revision = 0;
  let cancelWake: (() => void) | undefined;
  let isStepping = false;

  const state = () => toServerState(machine, limits, tail.lines());
  const notices = createNotices(clock, state);

  function dispatch(event: MachineEvent): void {
    events.push(event);
    // An effect may bring about the next event, which waits until all effects of this one are done.
    if (isStepping) return;
    isStepping = true;
    for (let next = events.shift(); next; next = events.shift()) step(next);
    isStepping = false;
  }

  function step(event: MachineEvent): void {
    const at = { nowMs: clock.nowMs(), timestamp: clock.timestamp(), random: Math.random() };
    const result = transition(machine, event, at, limits);
    machine = result.state;
    for (const effect of result.effects) perform(effect);
    cancelWake?.();
    const wakeAt = wakeAtMs(machine);
    if (wakeAt !== null) {
      cancelWake = clock.setTimer(Math.max(0, wakeAt - at.nowMs), () => dispatch({ type: "tick" }));
    }
    notices.stateMayHaveChanged();
  }

  function perform(effect: Effect): void {
    switch (effect.type) {
      case "launch":
        return launch(effect.generation);
      case "probe":
        return ask(effect);
      case "terminate":
        return incarnations.get(effect.generation)?.terminate();
      case "kill":
        return incarnations.get(effect.generation)?.kill();
      case "audit":
        return callSafely(() => options.onAudit(effect.entry));
      case "settle":
        return waits.settle(effect.revision, effect.outcome);
    }
  }

  function launch(generation: number): void {
    if (!snapshot) throw new TypeError("a start without a snapshot");
    const incarnation = launchIncarnation({
      launcher,
      clock,
      generation,
      snapshot,
      parentEnv,
      onPort: (port) => dispatch({ type: "announced", generation, port }),
      onLine(line) {
        const text = tail.add(line);
        callSafely(() => options.onLogLine?.({ generation, text }));
        notices.logHasGrown();
      },
      onExit(exit) {
        incarnations.delete(generation);
        dispatch({ type: "exited", generation, ...exit });
      },
    });
    incarnations.set(generation, incarnation);
  }

  function ask({ generation, kind, port }: Extract<Effect, { type: "probe" }>): void {
    const nonce = incarnations.get(generation)?.nonce ?? "";
    void probe({ port, kind, nonce, generation, timeoutMs: limits.probeTimeoutMs }).then((isGood) =>
      dispatch({ type: "probed", generation, isGood }),
    );
  }

  function run(reason: Parameters<Supervisor["restart"]>[0]): Promise<void> {
    revision += 1;
    const wait = waits.add(revision);
    dispatch({ type: "run", revision, reason });
    return wait;
  }

  async function waitForWanted(): Promise<void> {
    if (!machine.wanted) throw toError("stopped");
    if (machine.hasFailed) throw toError(machine.reason.kind);
    const { process, wanted } = machine;
    if (process?.stage === "healthy" && process.revision === wanted.revision) return;
    await waits.add(wanted.revision);
  }

  async function stop(reason: Parameters<Supervisor["stop"]>[0]): Promise<void> {
    const ended = [...incarnations.values()].map((incarnation) => incarnation.ended);
    dispatch({ type: "stop", reason });
    await Promise.all(ended);
  }

  return {
    async apply({ env, names = Object.keys(env), reason }) {
      checkSnapshotNames([...Object.keys(env), ...names], process.platform);
      const next = copySnapshot({ env, names });
      const isChanged = !snapshot || !isSameSnapshot(snapshot, next);
      snapshot = next;
      const isWoken = !machine.wanted && reason.kind !== "secrets-changed";
      await (isChanged || isWoken ? run(reason) : waitForWanted());
    },
    async restart(reason) {
      if (!snapshot) throw toError("stopped");
      await run(reason);
    },
    stop,
    state,
    isRestarting: () => isRestarting(machine),
    subscribe: (listener) => notices.add(listener),
    async request(path, init) {
      const { process, wanted, reason } = machine;
      const token = process && incarnations.get(process.generation)?.token;
      if (!wanted) throw toError("stopped");
      if (process?.stage !== "healthy" || !process.port || !token) throw toError(reason.kind);
      return await requestServer({ port: process.port, token, path, ...init });
    },
    async [Symbol.asyncDispose]() {
      await stop({ kind: "app-quit", keys: [] });
      cancelWake?.();
      notices.end();
    },
  };
}
