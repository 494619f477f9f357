import type { ServerReason } from "@latchkey/api-contracts/desktop";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { createWorld, type World } from "./world.ts";

const changed: ServerReason = { kind: "secrets-changed", keys: [] };
const byPerson: ServerReason = { kind: "person", keys: [] };
const runs = Number(process.env["LATCHKEY_MODEL_RUNS"] ?? 1_500);

type Command =
  | { do: "change" | "restart" | "stop" | "announce" | "kill-it" | "crash-again" }
  | { do: "answer"; isGood: boolean }
  | { do: "exit"; code: number }
  | { do: "wait"; ms: number };

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom<Command>({ do: "change" }, { do: "restart" }, { do: "stop" }) },
  { weight: 3, arbitrary: fc.constant<Command>({ do: "announce" }) },
  { weight: 5, arbitrary: fc.boolean().map((isGood): Command => ({ do: "answer", isGood })) },
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 3 }).map((code): Command => ({ do: "exit", code })) },
  { weight: 1, arbitrary: fc.constantFrom<Command>({ do: "kill-it" }) },
  { weight: 9, arbitrary: fc.constant<Command>({ do: "crash-again" }) },
  { weight: 6, arbitrary: fc.nat(4_000).map((ms): Command => ({ do: "wait", ms })) },
);

/** What must hold, told apart from the machine: by what was done to it and what it did. */
type Ledger = { launchesAtAct: number; isStopped: boolean; launchesAtStop: number; lastRevision: number };

function obey(world: World, ledger: Ledger, next: Command): void {
  switch (next.do) {
    case "change":
      if (!ledger.isStopped) ledger.launchesAtAct = world.launches.length;
      ledger.lastRevision = world.run(changed);
      return;
    case "restart":
      ledger.isStopped = false;
      ledger.launchesAtAct = world.launches.length;
      ledger.lastRevision = world.run(byPerson);
      return;
    case "stop":
      ledger.isStopped = true;
      ledger.launchesAtStop = world.launches.length;
      return world.stop(byPerson);
    case "announce":
      return world.announce();
    case "answer":
      return world.answer(next.isGood);
    case "exit":
      return world.exit(next.code);
    case "kill-it":
      return world.exit(null);
    case "crash-again":
      world.exit(1);
      return world.advance((world.state().retry?.atMs ?? world.nowMs()) - world.nowMs());
    case "wait":
      return world.advance(next.ms);
  }
}

function checkInvariants(world: World, ledger: Ledger): void {
  expect(world.live.length, "server processes at one time").toBeLessThanOrEqual(1);
  const { count, withinMs } = world.limits.startLimit;
  const own = world.launches.slice(ledger.launchesAtAct);
  const recent = own.filter(({ atMs }) => atMs > world.nowMs() - withinMs).length;
  expect(recent, "starts of its own within the window").toBeLessThanOrEqual(count);
  const unwanted = ledger.isStopped ? world.launches.length - ledger.launchesAtStop : 0;
  expect(unwanted, "starts after a stop").toBe(0);
}

/** A world in which everything goes well from here on. */
function letThingsGoWell(world: World): void {
  for (let turn = 0; turn < 20; turn += 1) {
    world.advance(world.limits.maxBackoffMs);
    for (const generation of world.killed) if (world.live.includes(generation)) world.exit(null);
    if (world.state().process?.stage === "stopping") world.exit();
    world.becomeHealthy();
  }
}

test("whatever happens: one server at most, starts within the limit, a stop wins, every wait ends", () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const world = createWorld();
      const ledger: Ledger = { launchesAtAct: 0, isStopped: false, launchesAtStop: 0, lastRevision: 0 };
      ledger.lastRevision = world.run({ kind: "app-start", keys: [] });
      for (const next of commands) {
        obey(world, ledger, next);
        checkInvariants(world, ledger);
      }
      letThingsGoWell(world);
      checkInvariants(world, ledger);
      expect(["healthy", "stopped", "failed"]).toContain(world.phase());
      expect(world.phase() === "stopped").toBe(ledger.isStopped);
      expect(Math.max(...world.settled.map(({ revision }) => revision))).toBe(ledger.lastRevision);
    }),
    { numRuns: runs },
  );
});
