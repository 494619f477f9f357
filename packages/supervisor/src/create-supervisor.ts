import type { ServerReason } from "@latchkey/api-contracts/desktop";
import { AppError } from "@latchkey/api-contracts/errors";
import { callSafely } from "./call-safely.ts";
import { requestLeased } from "./client.ts";
import { systemClock } from "./clock.ts";
import { type Incarnation, launchIncarnation } from "./incarnation.ts";
import { createLeases, type Lease } from "./leases.ts";
import { defaultLimits, type Limits } from "./limits.ts";
import { createLogTail } from "./log-tail.ts";
import { type Effect, type Outcome, servingOf } from "./machine-state.ts";
import { createNotices } from "./notices.ts";
import { checkSnapshotNames } from "./pristine-env.ts";
import { probe } from "./probe.ts";
import { createRevisions } from "./revisions.ts";
import { runMachine } from "./run-machine.ts";
import { isRestarting, toServerState } from "./server-state.ts";
import { copySnapshot, type Snapshot } from "./snapshot.ts";
import type { ChangeOutcome, SnapshotInput, Supervisor, SupervisorOptions } from "./supervisor.ts";
import { createWaits } from "./waits.ts";

const TAIL_LINES = 20;

/** How long `request` waits for a server that is on its way. */
const REQUEST_WAIT_MS = 10_000;

/**
 * Creates the supervisor of one server process. Nothing runs before the first `apply`.
 *
 * This is the edge round the machine: it turns what happens into events, one at a time, and does what the machine
 * asks for. It decides nothing itself.
 */
export function createSupervisor(options: SupervisorOptions): Supervisor {
  const { launcher, clock = systemClock, parentEnv = process.env, restart = "overlap" } = options;
  const { port = 0, toolsPort = 0 } = options;
  if (port !== 0 && restart === "overlap")
    throw new TypeError("a fixed port needs the restart mode `replace`");
  const limits: Limits = { ...defaultLimits, ...options.limits };
  const tail = createLogTail(options.redact);
  const waits = createWaits();
  const leases = createLeases();
  const revisions = createRevisions();
  const incarnations = new Map<number, Incarnation>();
  /** What a start after a stop runs with. */
  let latest: number | undefined;
  const machine = runMachine({
    clock,
    limits,
    restart,
    perform,
    onStep: () => notices.stateMayHaveChanged(),
  });
  const state = () => toServerState(machine.state(), limits, tail.lines());
  const notices = createNotices(clock, state);

  function perform(effect: Effect): void {
    switch (effect.type) {
      case "launch":
        return launch(effect.generation, revisions.snapshotOf(effect.revision));
      case "probe":
        return ask(effect);
      case "serve":
        return serve(effect.generation);
      case "drain":
        // Whoever waits for the switch hears of it first.
        return leases.drain(effect.generation, () =>
          setImmediate(() => machine.dispatch({ type: "drained", generation: effect.generation })),
        );
      case "terminate":
        leases.close(effect.generation);
        return incarnations.get(effect.generation)?.terminate();
      case "kill":
        return incarnations.get(effect.generation)?.kill();
      case "audit":
        return callSafely(() => options.onAudit(effect.entry));
      case "settle":
        waits.settle(effect.revision, effect.outcome);
        return leases.wake();
    }
  }

  function launch(generation: number, snapshot: Snapshot): void {
    const incarnation = launchIncarnation({
      launcher,
      clock,
      generation,
      port,
      toolsPort,
      snapshot,
      parentEnv,
      onPort: (announced) => machine.dispatch({ type: "announced", generation, port: announced }),
      onLine(line) {
        const text = tail.add(generation, line);
        callSafely(() => options.onLogLine?.({ generation, text }));
        notices.logHasGrown();
      },
      onExit(exit) {
        incarnations.delete(generation);
        leases.forget(generation);
        machine.dispatch({ type: "exited", generation, ...exit });
        forgetSnapshots();
      },
    });
    incarnations.set(generation, incarnation);
  }

  function ask({ generation, kind, port: asked }: Extract<Effect, { type: "probe" }>): void {
    const incarnation = incarnations.get(generation);
    const nonce = incarnation?.nonce ?? "";
    void probe({ port: asked, kind, nonce, generation, timeoutMs: limits.probeTimeoutMs }).then((isGood) =>
      machine.dispatch({
        type: "probed",
        generation,
        isGood,
        isPaused: !isGood && incarnation?.isPaused() === true,
      }),
    );
  }

  function serve(generation: number | null): void {
    const incarnation = generation === null ? undefined : incarnations.get(generation);
    const served = machine.state().processes.find((process) => process.generation === generation)?.port;
    leases.serve(
      generation === null || !incarnation || !served
        ? null
        : { generation, port: served, token: incarnation.token },
    );
    // A look at all processes takes some milliseconds, which nobody has to wait for.
    if (incarnation) setImmediate(incarnation.remember);
  }

  const known = () => [
    machine.state().trial?.revision,
    machine.state().committed?.revision,
    servingOf(machine.state())?.revision,
  ];

  function forgetSnapshots(): void {
    revisions.keepOnly([...known(), latest, ...machine.state().processes.map(({ revision }) => revision)]);
  }

  async function run(revision: number, committed: number, reason: ServerReason): Promise<ChangeOutcome> {
    const outcome = waits.add(revision);
    machine.dispatch({ type: "run", revision, committed, reason });
    return toChangeOutcome(await outcome);
  }

  function toChangeOutcome(outcome: Outcome): ChangeOutcome {
    const { generation, status } = outcome;
    return {
      ...outcome,
      logTail: status === "applied" ? [] : tail.lines({ generation, count: TAIL_LINES }),
    };
  }

  /** An equal snapshot starts nothing: what is known of it is told, or waited for. */
  async function waitFor(revision: number): Promise<ChangeOutcome> {
    const { generation, reason, hasFailed } = machine.state();
    if (servingOf(machine.state())?.revision === revision) {
      return {
        status: "applied",
        generation: servingOf(machine.state())?.generation ?? 0,
        reason,
        logTail: [],
      };
    }
    if (hasFailed) return toChangeOutcome({ status: "unhealthy", generation, reason });
    return toChangeOutcome(await waits.add(revision));
  }

  async function stop(reason: ServerReason): Promise<void> {
    const ended = [...incarnations.values()].map((incarnation) => incarnation.ended);
    machine.dispatch({ type: "stop", reason });
    await Promise.all(ended);
  }

  async function lease(signal: AbortSignal): Promise<Lease> {
    for (;;) {
      const taken = leases.take();
      if (taken) return taken;
      if (!machine.state().committed) throw new AppError("server.stopped");
      if (machine.state().hasFailed)
        throw new AppError("server.unhealthy", { reason: machine.state().reason.kind });
      await leases.whenServing(signal);
    }
  }

  return {
    async apply({ env, names, fallback, reason }) {
      const next = toSnapshot({ env, ...(names && { names }) });
      const inForce = fallback && toSnapshot(fallback);
      const revision = revisions.of(next, known());
      const committed = inForce ? revisions.of(inForce, [...known(), revision]) : revision;
      latest = revision;
      const isWanted = (machine.state().trial ?? machine.state().committed)?.revision === revision;
      const isInForce = machine.state().committed?.revision === committed || committed === revision;
      if (isWanted && isInForce && !(machine.state().trial && committed === revision))
        return await waitFor(revision);
      const outcome = await run(revision, committed, reason);
      if (outcome.status === "pending" && latest === revision) latest = committed;
      forgetSnapshots();
      return outcome;
    },
    async restart(reason) {
      const from = machine.state().trial?.revision ?? machine.state().committed?.revision ?? latest;
      if (from === undefined) throw new AppError("server.stopped");
      const revision = revisions.renew(from);
      const inForce = machine.state().committed?.revision ?? revision;
      if (latest === from) latest = revision;
      return await run(revision, inForce, reason);
    },
    stop,
    state,
    isRestarting: () => isRestarting(machine.state()),
    subscribe: (listener) => notices.add(listener),
    serving: leases.serving,
    lease,
    async request(path, init) {
      const limit = AbortSignal.timeout(REQUEST_WAIT_MS);
      const signal = init?.signal ? AbortSignal.any([limit, init.signal]) : limit;
      const taken = await lease(signal).catch((error: unknown) => {
        init?.signal?.throwIfAborted();
        throw limit.aborted
          ? new AppError("server.unhealthy", { reason: machine.state().reason.kind })
          : error;
      });
      return await requestLeased(taken, path, init);
    },
    async [Symbol.asyncDispose]() {
      await stop({ kind: "app-quit", keys: [] });
      machine.end();
      notices.end();
    },
  };
}

function toSnapshot({ env, names = Object.keys(env) }: SnapshotInput): Snapshot {
  checkSnapshotNames([...Object.keys(env), ...names], process.platform);
  return copySnapshot({ env, names });
}
