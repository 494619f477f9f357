import type { ServerReason } from "@latchkey/api-contracts/desktop";
import { describe, expect, test } from "vitest";
import { createWorld } from "../test/world.ts";

const changed: ServerReason = { kind: "secrets-changed", keys: [] };
const byPerson: ServerReason = { kind: "person", keys: [] };
const appStart: ServerReason = { kind: "app-start", keys: [] };

describe("a start", () => {
  test("goes from launch over ready to healthy, and settles whoever waits", () => {
    const world = createWorld();
    world.run(appStart);
    expect(world.phase()).toBe("starting");
    world.announce();
    world.answer(true);
    expect(world.phase()).toBe("ready");
    world.answer(true);
    expect(world.phase()).toBe("healthy");
    expect(world.settled).toEqual([{ revision: 1, outcome: "healthy" }]);
  });

  test("that is not ready in time is ended, and tried again after a wait", () => {
    const world = createWorld();
    world.run(appStart);
    world.advance(world.limits.readyMs);
    expect([world.phase(), world.state().reason.kind]).toEqual(["unhealthy", "not-ready"]);
    world.exit();
    expect([world.phase(), world.settled]).toEqual(["backing-off", [{ revision: 1, outcome: "not-ready" }]]);
    world.advance(world.limits.backoffMs);
    expect([world.phase(), world.state().generation]).toEqual(["starting", 2]);
  });

  test("that is ready but not healthy in time is ended for that reason", () => {
    const world = createWorld();
    world.run(appStart);
    world.announce();
    world.answer(true);
    world.advance(world.limits.healthyMs);
    expect([world.phase(), world.state().reason.kind]).toEqual(["unhealthy", "not-healthy"]);
  });

  test("asks again until the answer is good", () => {
    const world = createWorld();
    world.run(appStart);
    world.announce();
    world.answer(false);
    expect(world.openProbe()).toBeUndefined();
    world.advance(world.limits.startPollMs);
    expect(world.openProbe()).toMatchObject({ generation: 1, kind: "ready" });
  });
});

describe("a change", () => {
  test("ends the healthy server and starts the next when it has exited", () => {
    const world = createWorld().healthy(appStart);
    world.run(changed);
    expect([world.phase(), world.live]).toEqual(["stopping", [1]]);
    world.exit();
    expect([world.phase(), world.live]).toEqual(["starting", [2]]);
  });

  test("makes one further generation with those that arrive meanwhile", () => {
    const world = createWorld().healthy(appStart);
    for (let count = 0; count < 1_000; count += 1) world.run(changed);
    world.exit();
    world.becomeHealthy();
    expect(world.state().generation).toBe(2);
    expect(world.settled.at(-1)).toEqual({ revision: 1_001, outcome: "healthy" });
  });

  test("acts at once on a server that is backing off, with a fresh count", () => {
    const world = createWorld();
    world.run(appStart);
    world.exit(1);
    expect(world.phase()).toBe("backing-off");
    world.run(changed);
    expect([world.phase(), world.state().startCount]).toEqual(["starting", 1]);
  });

  test("does not wake a server that was stopped", () => {
    const world = createWorld().healthy(appStart);
    world.stop(byPerson);
    world.exit();
    world.run(changed);
    expect([world.phase(), world.settled.at(-1)]).toEqual(["stopped", { revision: 2, outcome: "stopped" }]);
    world.run(byPerson);
    expect(world.phase()).toBe("starting");
  });
});

describe("a healthy server", () => {
  test("survives misses that are fewer than the limit", () => {
    const world = createWorld().healthy(appStart);
    for (const isGood of [false, false, true, false, false]) {
      world.advance(world.limits.healthIntervalMs);
      world.answer(isGood);
    }
    expect(world.phase()).toBe("healthy");
  });

  test("is ended after as many misses in a row as the limit", () => {
    const world = createWorld().healthy(appStart);
    for (let misses = 0; misses < world.limits.maxMisses; misses += 1) {
      world.advance(world.limits.healthIntervalMs);
      world.answer(false);
    }
    expect([world.phase(), world.state().reason.kind]).toEqual(["unhealthy", "not-healthy"]);
  });

  test("earns a fresh count of starts by staying healthy", () => {
    const world = createWorld();
    world.run(appStart);
    world.exit(1);
    world.advance(world.limits.backoffMs);
    world.becomeHealthy();
    expect(world.state().startCount).toBe(2);
    world.advance(world.limits.startLimit.withinMs);
    expect(world.state().startCount).toBe(1);
  });
});

describe("a crash loop", () => {
  test("ends in failed after the limit of starts, until a change acts", () => {
    const world = createWorld();
    world.run(appStart);
    for (let starts = 1; starts <= 5; starts += 1) {
      world.exit(3);
      world.advance(world.limits.backoffMs * 2 ** starts);
    }
    expect([world.phase(), world.state().generation, world.state().reason.kind]).toEqual([
      "failed",
      5,
      "crashed",
    ]);
    world.run(changed);
    expect(world.phase()).toBe("starting");
  });
});

describe("a stop", () => {
  test("wins over a change under way", () => {
    const world = createWorld().healthy(appStart);
    world.run(changed);
    world.stop(byPerson);
    world.exit();
    expect([world.phase(), world.settled.at(-1)?.outcome, world.live]).toEqual(["stopped", "stopped", []]);
  });

  test("kills what is still there after the grace", () => {
    const world = createWorld().healthy(appStart);
    world.stop(byPerson);
    world.advance(world.limits.graceMs - 1);
    expect(world.killed).toEqual([]);
    world.advance(1);
    expect(world.killed).toEqual([1]);
  });

  test("makes the end of a failing server an end on purpose", () => {
    const world = createWorld();
    world.run(appStart);
    world.advance(world.limits.readyMs);
    world.stop(byPerson);
    world.exit();
    expect([world.phase(), world.state().reason.kind]).toEqual(["stopped", "person"]);
  });
});

test("answers and exits of a former generation change nothing", () => {
  const world = createWorld().healthy(appStart);
  world.run(changed);
  world.exit();
  const before = world.state();
  world.send({ type: "probed", generation: 1, isGood: true });
  world.send({ type: "exited", generation: 1, code: 1, signal: null });
  world.send({ type: "announced", generation: 1, port: 9 });
  expect(world.state()).toEqual(before);
});

test("each step has its audit entry, with generation, keys and reason", () => {
  const keys = ["provider.openai.api-key"] as ServerReason["keys"];
  const world = createWorld().healthy({ kind: "secrets-changed", keys });
  world.stop(byPerson);
  world.exit();
  const byApp = { actor: "app", outcome: "done", generation: 1, keys, reason: "secrets-changed" };
  const person = { actor: "person", outcome: "done", generation: 1, keys: [], reason: "person" };
  expect(world.audit).toEqual([
    { action: "server.start", ...byApp },
    { action: "server.healthy", ...byApp },
    { action: "server.stop", ...person },
    { action: "server.exit", ...person, exitCode: 0 },
  ]);
});
