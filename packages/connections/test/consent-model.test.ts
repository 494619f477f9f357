import type { AccessResponse } from "@latchkey/api-contracts/access";
import type { ConsentChoice } from "@latchkey/api-contracts/consent";
import type { ConnectionId, RequesterId, SecretRef } from "@latchkey/api-contracts/ids";
import { array, assert, asyncProperty, constantFrom, nat, oneof, record } from "fast-check";
import { expect, test } from "vitest";
import { extension, github, models, openai, openWorld, other, type World } from "./support/access-world.ts";
import { serve } from "./support/servers.ts";

const requester = constantFrom(models, other);
const connection = constantFrom(openai, github);
const pair = { requester, connection };
const choice = constantFrom("deny" as const, "once" as const, "always" as const);

/** What may happen, in any order. */
const step = oneof(
  {
    weight: 6,
    arbitrary: record({
      do: constantFrom("ask" as const),
      ...pair,
      choice: oneof(choice, constantFrom("leave" as const)),
    }),
  },
  { weight: 12, arbitrary: record({ do: constantFrom("use" as const), back: nat(4), isForeign: nat(5) }) },
  {
    weight: 2,
    arbitrary: record({ do: constantFrom("revoke" as const, "block" as const, "unblock" as const), ...pair }),
  },
  {
    weight: 3,
    arbitrary: record({ do: constantFrom("wait" as const), minutes: constantFrom(1, 4, 6, 30, 61) }),
  },
  { weight: 1, arbitrary: record({ do: constantFrom("swap" as const, "stop" as const), requester }) },
  { weight: 1, arbitrary: record({ do: constantFrom("restart" as const) }) },
  { weight: 1, arbitrary: record({ do: constantFrom("break-log" as const, "mend-log" as const) }) },
);

/** The rules of consent as plainly as they can be said: one list of what was given, walked through at each question. */
class Model {
  given: {
    ref: string;
    who: RequesterId;
    to: ConnectionId;
    code: number;
    until: number;
    isOnce: boolean;
  }[] = [];
  readonly always = new Map<string, number>();
  readonly blocked = new Set<string>();
  readonly denials = new Map<string, number>();
  readonly code = new Map<RequesterId, number>();
  now = 0;
  isLogBroken = false;

  codeOf = (who: RequesterId) => this.code.get(who) ?? 1;

  /** What a request must lead to: an answer at once, or a question. */
  expected(who: RequesterId, to: ConnectionId): "not-recorded" | "blocked" | "always" | "question" {
    const key = `${who} ${to}`;
    if (this.isLogBroken) return "not-recorded";
    if (this.blocked.has(key)) return "blocked";
    return this.always.get(key) === this.codeOf(who) ? "always" : "question";
  }
  answered(who: RequesterId, to: ConnectionId, said: ConsentChoice | "leave"): void {
    const key = `${who} ${to}`;
    // Other code ended what was given to the former one.
    this.end((one) => one.who === who && one.to === to && one.code !== this.codeOf(who));
    if (this.always.get(key) !== this.codeOf(who)) this.always.delete(key);
    if (said === "always") this.always.set(key, this.codeOf(who));
    if (said !== "leave" && said !== "deny") this.denials.delete(key);
    if (said !== "deny") return;
    this.denials.set(key, (this.denials.get(key) ?? 0) + 1);
    if (this.denials.get(key) === 2) this.blocked.add(key);
  }
  end(isOver: (one: Model["given"][number]) => boolean): void {
    this.given = this.given.filter((one) => !isOver(one));
  }
  isUsable(who: RequesterId, ref: string): boolean {
    return this.given.some(
      (one) => one.ref === ref && one.who === who && this.now < one.until && one.code === this.codeOf(who),
    );
  }
}

test("nothing is used that was not granted, and everything that was granted can be used", async () => {
  const server = await serve((_, response) => response.end("{}"));
  const counts = { sequences: 0, steps: 0, asked: 0, granted: 0, used: 0, refused: 0 };

  async function ask(
    world: World,
    model: Model,
    who: RequesterId,
    to: ConnectionId,
    said: ConsentChoice | "leave",
  ) {
    const expected = model.expected(who, to);
    const asking = world.access.requestAccess({ requesterId: who, connectionId: to, reason: "Model" });
    if (expected === "question") {
      counts.asked += 1;
      await (said === "leave" ? world.person.leave() : world.person.answer(said));
      if (said !== "leave") model.now += 1 / 60;
      model.answered(who, to, said);
    }
    const response = await asking;
    const words: Record<ConsentChoice | "leave", string> = {
      deny: "denied",
      leave: "no-answer",
      once: "once",
      always: "always",
    };
    expect(reachOf(response)).toBe(expected === "question" ? words[said] : expected);
    if (!response.granted) return undefined;
    counts.granted += 1;
    const isOnce = response.reach === "once";
    model.given.push({
      ref: response.secretRef,
      who,
      to,
      code: model.codeOf(who),
      until: model.now + (isOnce ? 5 : 60),
      isOnce,
    });
    return response.secretRef;
  }

  async function use(world: World, model: Model, who: RequesterId, ref: SecretRef) {
    const before = server.seen.length;
    const isUsable = model.isUsable(who, ref);
    const answer = await world.access.fetch(who, ref, { path: "/models" });
    const isExpected = isUsable && !model.isLogBroken;
    expect([answer.ok, server.seen.length - before]).toEqual(isExpected ? [true, 1] : [false, 0]);
    counts[answer.ok ? "used" : "refused"] += 1;
    if (isUsable) model.end((one) => one.ref === ref && one.isOnce);
    else endChanged(model, who, ref);
  }

  await assert(
    asyncProperty(array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
      const world = await openWorld({
        limits: { asks: { count: 1e9, perMs: 1 }, uses: { count: 1e9, perMs: 1 } },
      });
      for (const [id, target] of world.connections)
        world.connections.set(id, { ...target, values: { "base-url": server.address } });
      const model = new Model();
      const refs: { who: RequesterId; ref: SecretRef }[] = [];
      counts.sequences += 1;
      server.seen.length = 0;
      for (const one of steps) {
        counts.steps += 1;
        switch (one.do) {
          case "ask": {
            const ref = await ask(world, model, one.requester, one.connection, one.choice);
            if (ref) refs.push({ who: one.requester, ref });
            break;
          }
          case "use": {
            const held = refs.at(-1 - one.back) ?? refs.at(-1);
            if (held) await use(world, model, one.isForeign === 0 ? stranger(held.who) : held.who, held.ref);
            break;
          }
          case "revoke":
          case "block":
          case "unblock":
            await world.access.consentHandlers[one.do]({
              requesterId: one.requester,
              connectionId: one.connection,
            });
            changeDecision(model, one.do, one.requester, one.connection);
            break;
          case "wait":
            world.clock.advance(one.minutes * 60_000);
            model.now += one.minutes;
            break;
          case "swap":
            model.code.set(one.requester, model.codeOf(one.requester) + 1);
            world.requesters.set(
              one.requester,
              extension(one.requester, { contentHash: `code-${model.codeOf(one.requester)}` }),
            );
            break;
          case "stop":
            world.access.requesterStopped(one.requester);
            model.end(({ who }) => who === one.requester);
            break;
          case "restart":
            await world.restart();
            model.end(() => true);
            model.denials.clear();
            break;
          case "break-log":
          case "mend-log":
            model.isLogBroken = one.do === "break-log";
            world.log.isBroken = model.isLogBroken;
        }
      }
    }),
    { numRuns: 60 },
  );
  console.log(`consent: ${JSON.stringify(counts)}, 0 uses that were not granted`);
  expect(counts.used).toBeGreaterThan(40);
});

const stranger = (who: RequesterId) => (who === models ? other : models);

const reachOf = (response: AccessResponse) => (response.granted ? response.reach : response.reason);

/** A ref of code that is gone ends all that its requester had there. */
function endChanged(model: Model, who: RequesterId, ref: string): void {
  const stale = model.given.find((one) => one.ref === ref && one.who === who && model.now < one.until);
  if (!stale) return;
  model.end((one) => one.who === who && one.to === stale.to);
  model.always.delete(`${who} ${stale.to}`);
}

function changeDecision(
  model: Model,
  what: "revoke" | "block" | "unblock",
  who: RequesterId,
  to: ConnectionId,
): void {
  const key = `${who} ${to}`;
  if (what === "unblock") {
    model.blocked.delete(key);
    model.denials.delete(key);
    return;
  }
  model.end((one) => one.who === who && one.to === to);
  model.always.delete(key);
  if (what === "block") model.blocked.add(key);
}
