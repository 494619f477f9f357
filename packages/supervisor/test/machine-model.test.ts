import type { ServerReason } from "@latchkey/api-contracts/desktop";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { candidateOf } from "../src/machine-state.ts";
import { createWorld, type World } from "./world.ts";

const changed: ServerReason = { kind: "secrets-changed", keys: [] };
const byPerson: ServerReason = { kind: "person", keys: [] };
const runs = Number(process.env["LATCHKEY_MODEL_RUNS"] ?? 500);

type Command =
  | { do: "change" | "restart" | "stop" | "remove" | "remove-and-change" }
  | { do: "announce" | "kill-candidate" | "crash-server" | "drained" | "ended" | "crash-again" }
  | { do: "answer"; isGood: boolean }
  | { do: "answer-server"; isGood: boolean }
  | { do: "become-healthy" }
  | { do: "sleep"; ms: number }
  | { do: "wait"; ms: number };

const just = (...names: ("change" | "restart" | "stop")[]) => names.map((name): Command => ({ do: name }));

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom<Command>(...just("change", "change", "restart", "stop")) },
  { weight: 2, arbitrary: fc.constantFrom<Command>({ do: "remove" }, { do: "remove-and-change" }) },
  { weight: 2, arbitrary: fc.constantFrom<Command>({ do: "announce" }, { do: "drained" }, { do: "ended" }) },
  { weight: 4, arbitrary: fc.boolean().map((isGood): Command => ({ do: "answer", isGood })) },
  { weight: 1, arbitrary: fc.boolean().map((isGood): Command => ({ do: "answer-server", isGood })) },
  { weight: 5, arbitrary: fc.constant<Command>({ do: "become-healthy" }) },
  { weight: 2, arbitrary: fc.constantFrom<Command>({ do: "kill-candidate" }, { do: "crash-server" }) },
  { weight: 6, arbitrary: fc.constant<Command>({ do: "crash-again" }) },
  { weight: 1, arbitrary: fc.nat(60_000).map((ms): Command => ({ do: "sleep", ms })) },
  { weight: 6, arbitrary: fc.nat(4_000).map((ms): Command => ({ do: "wait", ms })) },
);

/** What must hold, told apart from the machine: by what was done to it and what it did. */
type Ledger = {
  launchesAtAct: number;
  isStopped: boolean;
  launchesAtStop: number;
  lastRevision: number;
  /** From then on no process may have a snapshot of an earlier revision. */
  removals: { beforeRevision: number; untilMs: number }[];
};

function act(world: World, ledger: Ledger, reason: ServerReason, run: () => number): void {
  if (reason.kind === "person") ledger.isStopped = false;
  if (!ledger.isStopped) ledger.launchesAtAct = world.launches.length;
  ledger.lastRevision = run();
}

function remove(world: World, ledger: Ledger, run: () => number): void {
  const beforeRevision = ledger.lastRevision + 1;
  act(world, ledger, changed, run);
  ledger.removals.push({ beforeRevision, untilMs: world.nowMs() + world.limits.drainMs });
}

function obey(world: World, ledger: Ledger, next: Command): void {
  const candidate = candidateOf(world.state())?.generation;
  switch (next.do) {
    case "change":
      return act(world, ledger, changed, () => world.tryOut(changed));
    case "restart":
      return act(world, ledger, byPerson, () => world.tryOut(byPerson));
    case "remove":
      return remove(world, ledger, () => world.run(changed));
    case "remove-and-change":
      return remove(world, ledger, () => world.tryOut(changed, "new"));
    case "stop":
      ledger.isStopped = true;
      ledger.launchesAtStop = world.launches.length;
      return world.stop(byPerson);
    case "announce":
      return world.announce();
    case "answer":
      return world.answer(next.isGood);
    case "answer-server":
      return world.answer(next.isGood, world.serving() ?? 0);
    case "become-healthy":
      return world.becomeHealthy();
    case "kill-candidate":
      return world.exit(null, candidate ?? 0);
    case "crash-server":
      return world.exit(1, world.serving() ?? 0);
    case "crash-again":
      world.exit(1, candidate ?? world.serving() ?? 0);
      return world.advance((world.state().retry?.atMs ?? world.nowMs()) - world.nowMs());
    case "drained":
      return world.drained(world.draining.at(-1) ?? 0);
    case "ended":
      return world.exit(0, world.terminated.findLast((generation) => world.live.includes(generation)) ?? 0);
    case "sleep":
      return world.send({ type: "slept", forMs: next.ms });
    case "wait":
      return world.advance(next.ms);
  }
}

/** A killed process is gone, whatever it was doing. */
function bury(world: World): void {
  for (const generation of world.killed) world.exit(null, generation);
}

function checkInvariants(world: World, ledger: Ledger): void {
  const { processes } = world.state();
  const serving = processes.filter(({ stage }) => stage === "healthy").map(({ generation }) => generation);
  expect([serving.length <= 1, serving[0] ?? null], "generations that serve").toEqual([
    true,
    world.serving(),
  ]);
  expect(world.live.length, "server processes at one time").toBeLessThanOrEqual(3);
  const { count, withinMs } = world.limits.startLimit;
  const own = world.launches.slice(ledger.launchesAtAct);
  const recent = own.filter(({ atMs }) => atMs > world.nowMs() - withinMs).length;
  expect(recent, "starts of its own within the window").toBeLessThanOrEqual(count);
  const unwanted = ledger.isStopped ? world.launches.length - ledger.launchesAtStop : 0;
  expect(unwanted, "starts after a stop").toBe(0);
  const isOver = ({ untilMs }: { untilMs: number }) => untilMs < world.nowMs();
  const oldest = Math.max(0, ...ledger.removals.filter(isOver).map(({ beforeRevision }) => beforeRevision));
  const removed = world.launches.filter(
    ({ generation, revision }) => world.live.includes(generation) && revision < oldest,
  );
  expect(removed, "processes with a removed value after the drain limit").toEqual([]);
}

/** A world in which everything goes well from here on. */
function letThingsGoWell(world: World): void {
  for (let turn = 0; turn < 20; turn += 1) {
    world.advance(world.limits.drainMs);
    for (const generation of world.terminated) world.exit(0, generation);
    world.becomeHealthy();
  }
}

test.each(["overlap", "replace"] as const)(
  "whatever happens, mode %s: one serves, starts within the limit, a stop wins, a removed value leaves, waits end",
  (restart) => {
    let commandCount = 0;
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60, size: "max" }), (commands) => {
        const world = createWorld(restart);
        const ledger: Ledger = {
          launchesAtAct: 0,
          isStopped: false,
          launchesAtStop: 0,
          lastRevision: world.run({ kind: "app-start", keys: [] }),
          removals: [],
        };
        for (const next of commands) {
          const before = world.serving();
          obey(world, ledger, next);
          const isEnded = next.do === "kill-candidate" && world.serving() !== before;
          expect(isEnded, "a failed trial ends who serves").toBe(false);
          bury(world);
          checkInvariants(world, ledger);
          commandCount += 1;
        }
        letThingsGoWell(world);
        checkInvariants(world, ledger);
        expect(["healthy", "stopped", "failed"]).toContain(world.phase());
        expect(world.phase() === "stopped").toBe(ledger.isStopped);
        expect(Math.max(...world.settled.map(({ revision }) => revision))).toBe(ledger.lastRevision);
      }),
      { numRuns: runs },
    );
    process.stdout.write(
      `${restart}: ${runs} sequences, ${commandCount} commands; 0 times two generations served, more than 5 starts ` +
        "within 10 s, a start after a stop, or a removed value after the drain limit\n",
    );
  },
  120_000,
);
