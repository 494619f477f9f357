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
    expect(world.settled).toEqual([{ revision: 1, status: "applied", reason: "app-start" }]);
  });

  test("that is not ready in time is ended, and tried again after a wait", () => {
    const world = createWorld();
    world.run(appStart);
    world.advance(world.limits.readyMs);
    expect([world.phase(), world.state().reason.kind]).toEqual(["unhealthy", "not-ready"]);
    world.exit();
    expect(world.phase()).toBe("backing-off");
    expect(world.settled).toEqual([{ revision: 1, status: "unhealthy", reason: "not-ready" }]);
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
  test("starts the next beside the healthy server, switches once that is healthy, and drains the former", () => {
    const world = createWorld().healthy(appStart);
    world.tryOut(changed);
    expect([world.phase(), world.live, world.serving()]).toEqual(["overlapping", [1, 2], 1]);
    world.becomeHealthy();
    expect([world.phase(), world.serving(), world.draining]).toEqual(["draining", 2, [1]]);
    expect(world.terminated).toEqual([]);
    world.drained(1);
    expect(world.terminated).toEqual([1]);
    world.exit(0, 1);
    expect([world.phase(), world.live]).toEqual(["healthy", [2]]);
    expect(world.settled.at(-1)).toEqual({ revision: 2, status: "applied", reason: "secrets-changed" });
  });

  test.each([
    ["exits", (world: ReturnType<typeof createWorld>) => world.exit(1, 2), "crashed"],
    ["is late", (world: ReturnType<typeof createWorld>) => world.advance(world.limits.readyMs), "not-ready"],
  ])("whose server %s stays pending, and the former serves on with what is committed", (_, fail, reason) => {
    const world = createWorld().healthy(appStart);
    world.tryOut(changed);
    fail(world);
    expect(world.settled.at(-1)).toEqual({ revision: 2, status: "pending", reason });
    world.exit(0, 2);
    world.advance(60_000);
    expect([world.phase(), world.serving(), world.launches.length]).toEqual(["healthy", 1, 2]);
    world.exit(1, 1);
    world.advance(world.limits.backoffMs);
    expect(world.launches.at(-1)).toMatchObject({ generation: 3, revision: 1 });
  });

  test("is in force at once when there is no healthy server", () => {
    const world = createWorld();
    world.run(appStart);
    world.exit(1);
    expect(world.phase()).toBe("backing-off");
    world.tryOut(changed);
    expect([world.phase(), world.state().startCount]).toEqual(["starting", 1]);
    world.exit(1);
    expect(world.settled.at(-1)).toEqual({ revision: 2, status: "unhealthy", reason: "crashed" });
    expect([world.phase(), world.state().committed?.revision]).toEqual(["backing-off", 2]);
  });

  test("that others overtake makes one further generation, with the last of them", () => {
    const world = createWorld().healthy(appStart);
    for (let count = 0; count < 1_000; count += 1) {
      world.tryOut(changed);
      world.advance(1);
    }
    world.exit(0, 2);
    world.advance(world.limits.quietMs);
    world.becomeHealthy();
    expect([world.launches.length, world.serving()]).toEqual([3, 3]);
    expect(world.settled).toEqual([
      { revision: 1, status: "applied", reason: "app-start" },
      { revision: 1_001, status: "applied", reason: "secrets-changed" },
    ]);
  });

  test("does not wait for ever until others pause", () => {
    const world = createWorld().healthy(appStart);
    for (let count = 0; count < 45; count += 1) {
      world.tryOut(changed);
      world.advance(50);
    }
    expect(world.launches.length).toBe(3);
  });

  test("to what runs already ends the start under way, and starts nothing", () => {
    const world = createWorld().healthy(appStart);
    world.tryOut(changed);
    world.send({ type: "run", revision: 1, committed: 1, reason: changed });
    expect([world.terminated, world.settled.at(-1)?.status]).toEqual([[2], "applied"]);
    world.exit(0, 2);
    world.advance(60_000);
    expect([world.phase(), world.launches.length]).toEqual(["healthy", 2]);
  });

  test("does not wake a server that was stopped", () => {
    const world = createWorld().healthy(appStart);
    world.stop(byPerson);
    world.exit();
    world.tryOut(changed);
    expect([world.phase(), world.settled.at(-1)?.status]).toEqual(["stopped", "stopped"]);
    world.run(byPerson);
    expect(world.phase()).toBe("starting");
  });

  test("for a server that owns its port starts the next when the former has ended", () => {
    const world = createWorld("replace").healthy(appStart);
    world.tryOut(changed);
    expect([world.phase(), world.serving(), world.live]).toEqual(["draining", null, [1]]);
    world.drained(1);
    world.exit(0, 1);
    expect([world.phase(), world.live]).toEqual(["starting", [2]]);
    world.exit(1, 2);
    expect(world.settled.at(-1)).toEqual({ revision: 2, status: "pending", reason: "crashed" });
    expect(world.launches.at(-1)).toMatchObject({ generation: 3, revision: 1 });
  });
});

describe("a removed secret", () => {
  test("leaves with its process within the drain limit, also when its successor never comes up", () => {
    const world = createWorld().healthy(appStart);
    world.run(changed);
    world.advance(world.limits.drainMs - world.limits.graceMs - 1);
    expect([world.serving(), world.terminated]).toEqual([1, []]);
    world.advance(1);
    expect([world.serving(), world.terminated]).toEqual([null, [1]]);
    world.advance(world.limits.graceMs);
    expect(world.killed).toEqual([1]);
  });

  test("leaves also when the change it came with stays pending", () => {
    const world = createWorld().healthy(appStart);
    world.tryOut(changed, "new");
    world.exit(1, 2);
    expect(world.settled.at(-1)).toMatchObject({ revision: 3, status: "pending" });
    expect(world.launches.at(-1)).toMatchObject({ generation: 3, revision: 2 });
    world.becomeHealthy();
    expect([world.serving(), world.draining]).toEqual([3, [1]]);
  });
});

describe("a drain", () => {
  test("that does not end is ended by the limit, and then the process is killed", () => {
    const world = createWorld().healthy(appStart);
    world.tryOut(changed);
    world.becomeHealthy();
    world.advance(world.limits.drainMs - world.limits.graceMs);
    expect(world.terminated).toEqual([1]);
    world.advance(world.limits.graceMs);
    expect([world.killed, world.serving()]).toEqual([[1], 2]);
  });
});

describe("a sleep", () => {
  test("of the supervisor is not counted against a server that starts", () => {
    const world = createWorld();
    world.run(appStart);
    world.send({ type: "slept", forMs: 3_600_000 });
    world.advance(3_600_000 + world.limits.readyMs - 1);
    expect(world.phase()).toBe("starting");
  });

  test("of the server, paused by someone, is no miss", () => {
    const world = createWorld().healthy(appStart);
    for (let count = 0; count < 20; count += 1) {
      world.advance(world.limits.healthIntervalMs);
      world.send({ type: "probed", generation: 1, isGood: false, isPaused: true });
    }
    expect(world.phase()).toBe("healthy");
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

  test("earns no fresh count by the health of a server whose snapshot is no longer in force", () => {
    const world = createWorld().healthy(appStart);
    world.advance(world.limits.startLimit.withinMs - 600);
    world.run(changed);
    world.exit(1, 2);
    world.advance(world.limits.backoffMs);
    world.exit(1, 3);
    world.advance(600 - world.limits.backoffMs);
    expect([world.serving(), world.state().startCount]).toEqual([1, 2]);
  });
});

describe("a stop", () => {
  test("wins over a change under way", () => {
    const world = createWorld().healthy(appStart);
    world.tryOut(changed);
    world.stop(byPerson);
    for (const generation of [1, 2]) world.exit(0, generation);
    expect([world.phase(), world.settled.at(-1)?.status, world.live]).toEqual(["stopped", "stopped", []]);
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
  world.becomeHealthy();
  world.drained(1);
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
