import type { AccessResponse } from "@latchkey/api-contracts/access";
import { expect, test } from "vitest";
import {
  apiKey,
  connectionTo,
  extension,
  github,
  models,
  openai,
  openWorld,
  other,
  type World,
} from "./support/access-world.ts";

const ask = { connectionId: openai, requesterId: models, reason: "To list the models" };

function refOf(response: AccessResponse) {
  if (!response.granted) throw new TypeError(`denied: ${response.reason}`);
  return response.secretRef;
}

async function askAndAnswer(world: World, choice: "deny" | "once" | "always") {
  const asking = world.access.requestAccess(ask);
  const question = await world.person.answer(choice);
  return { question, response: await asking };
}

test("a person who allows once gives a ref for one use within five minutes", async () => {
  const world = await openWorld();
  const { question, response } = await askAndAnswer(world, "once");
  expect(question).toMatchObject({
    requester: {
      requesterId: models,
      name: "acme.models",
      publisher: "acme",
      isVerified: false,
      version: "1.0.0",
    },
    connection: { connectionId: openai, displayName: "OpenAI", scope: "user" },
    access: "uses",
    fields: [{ name: "api-key", title: "API key" }],
    reason: "To list the models",
    address: "http://127.0.0.1:2",
    lastUsedAt: null,
    changes: [],
    denyBlocks: false,
  });
  expect(response).toEqual({
    granted: true,
    reach: "once",
    secretRef: expect.stringMatching(/^ref_[A-Za-z0-9_-]{43}$/),
    fields: ["api-key"],
    expiresAt: "2026-01-02T03:09:06.678Z",
  });
  expect(world.steps()).toEqual(["access.request done", "consent.grant done once", "access.grant done once"]);
});

test("after `once` the next request is asked again, and is told when the secret was last used", async () => {
  const world = await openWorld();
  const { response } = await askAndAnswer(world, "once");
  await world.access.fetch(models, refOf(response), { path: "/models" });
  const { question } = await askAndAnswer(world, "deny");
  expect([world.person.asked(), question.lastUsedAt]).toEqual([2, "2026-01-02T03:04:06.678Z"]);
});

test("after `always` nobody is asked any more, also after a restart", async () => {
  const world = await openWorld();
  await askAndAnswer(world, "always");
  const second = await world.access.requestAccess(ask);
  await world.restart();
  const third = await world.access.requestAccess(ask);
  expect([second, third]).toMatchObject([
    { granted: true, reach: "always" },
    { granted: true, reach: "always" },
  ]);
  expect(world.person.asked()).toBe(1);
});

test("`once` does not outlive a restart", async () => {
  const world = await openWorld();
  const { response } = await askAndAnswer(world, "once");
  await world.restart();
  expect(await world.access.fetch(models, refOf(response), { path: "/models" })).toEqual({
    ok: false,
    reason: "no-access",
  });
  const asking = world.access.requestAccess(ask);
  await world.person.answer("deny");
  expect(await asking).toEqual({ granted: false, reason: "denied" });
});

test("a window that is closed or crashes is a denial, recorded as no answer", async () => {
  const world = await openWorld();
  const asking = world.access.requestAccess(ask);
  await world.person.leave();
  expect(await asking).toEqual({ granted: false, reason: "no-answer" });
  expect(world.steps()).toEqual(["access.request done", "access.deny refused no-answer"]);
});

test("a question without an answer is a denial after two minutes, and its window closes", async () => {
  const world = await openWorld();
  const asking = world.access.requestAccess(ask);
  await world.person.question();
  world.clock.advance(119_999);
  expect(world.person.isOpen()).toBe(true);
  world.clock.advance(1);
  expect(await asking).toEqual({ granted: false, reason: "no-answer" });
  expect(world.person.isOpen()).toBe(false);
});

test("a window that cannot be opened is a denial", async () => {
  const world = await openWorld({
    window: {
      open() {
        throw new Error("no display");
      },
      focus() {},
      close() {},
    },
  });
  expect(await world.access.requestAccess(ask)).toEqual({ granted: false, reason: "no-answer" });
});

test("an answer within half a second of the first look does not count, nor one to another question", async () => {
  const world = await openWorld();
  const { promptHandlers } = world.access;
  const asking = world.access.requestAccess(ask);
  const { questionId } = await world.person.question();
  world.clock.advance(499);
  const early = await promptHandlers.answer({ questionId, choice: "always" });
  const foreign = await promptHandlers.answer({
    questionId: "0b9a1c7e-1d5f-4c55-8a27-9a1f1c1f0b22",
    choice: "always",
  });
  world.clock.advance(1);
  const inTime = await promptHandlers.answer({ questionId, choice: "deny" });
  const again = await promptHandlers.answer({ questionId, choice: "always" });
  expect([early, foreign, inTime, again].map(({ isAccepted }) => isAccepted)).toEqual([
    false,
    false,
    true,
    false,
  ]);
  expect(await asking).toEqual({ granted: false, reason: "denied" });
});

test("equal requests at the same time become one question and get one ref for one use", async () => {
  const world = await openWorld();
  const asking = [1, 2, 3, 4].map((n) => world.access.requestAccess({ ...ask, reason: `Reason ${n}` }));
  await world.person.answer("once");
  const refs = (await Promise.all(asking)).map(refOf);
  expect([new Set(refs).size, world.person.asked()]).toEqual([1, 1]);
  const used = await Promise.all(refs.map((ref) => world.access.fetch(models, ref, { path: "/models" })));
  const reasons = used.map((answer) => (answer.ok ? "answered" : answer.reason));
  expect(reasons.filter((reason) => reason === "refused").length).toBe(1);
  expect(reasons.filter((reason) => reason === "no-access").length).toBe(3);
});

test("different requests wait their turn, and the window tells how many", async () => {
  const world = await openWorld();
  const waiting: number[] = [];
  const areAllThere = new Promise<void>((resolve) => {
    world.access.subscribe((count) => {
      waiting.push(count);
      if (count === 3) resolve();
    });
  });
  const asking = [
    world.access.requestAccess(ask),
    world.access.requestAccess({ ...ask, requesterId: other }),
    world.access.requestAccess({ ...ask, connectionId: github }),
  ];
  const first = await world.person.question();
  await areAllThere;
  expect((await world.access.promptHandlers.getQuestion({})).waiting).toBe(2);
  const order = [first, await world.person.answer("deny"), await world.person.answer("deny")];
  order.push(await world.person.answer("deny"));
  expect(
    order.slice(1).map(({ requester, connection }) => [requester.requesterId, connection.connectionId]),
  ).toEqual([
    [models, openai],
    [other, openai],
    [models, github],
  ]);
  expect((await Promise.all(asking)).map((response) => response.granted)).toEqual([false, false, false]);
  expect([Math.max(...waiting), waiting.at(-1)]).toEqual([3, 0]);
});

test("the second denial in a session blocks, until it is taken back in Access", async () => {
  const world = await openWorld();
  const first = await askAndAnswer(world, "deny");
  const second = await askAndAnswer(world, "deny");
  const third = await world.access.requestAccess(ask);
  expect([first.question.denyBlocks, second.question.denyBlocks, third, world.person.asked()]).toEqual([
    false,
    true,
    { granted: false, reason: "blocked" },
    2,
  ]);
  await world.restart();
  expect(await world.access.requestAccess(ask)).toEqual({ granted: false, reason: "blocked" });
  expect((await world.access.consentHandlers.list({})).consents).toMatchObject([{ decision: "blocked" }]);
  await world.access.consentHandlers.unblock({ requesterId: models, connectionId: openai });
  const { question } = await askAndAnswer(world, "deny");
  expect(question.denyBlocks).toBe(false);
});

test("a denial is kept when its requester ends before it is written down, and so is the block that it makes", async () => {
  const world = await openWorld();
  for (const _ of ["denied", "blocked"]) {
    const asking = world.access.requestAccess(ask);
    await world.person.answer("deny");
    world.access.requesterStopped(models);
    await asking;
  }
  await world.restart();
  expect((await world.access.consentHandlers.list({})).consents).toMatchObject([{ decision: "blocked" }]);
});

test("a denial that is on its way when the person blocks does not weaken the block", async () => {
  const world = await openWorld();
  const asking = world.access.requestAccess(ask);
  await world.person.answer("deny");
  await Promise.all([
    asking,
    world.access.consentHandlers.block({ requesterId: models, connectionId: openai }),
  ]);
  await world.restart();
  expect((await world.access.consentHandlers.list({})).consents).toMatchObject([{ decision: "blocked" }]);
});

test("no answer is not a denial that blocks", async () => {
  const world = await openWorld();
  for (let round = 0; round < 3; round++) {
    const asking = world.access.requestAccess(ask);
    await world.person.leave();
    expect(await asking).toEqual({ granted: false, reason: "no-answer" });
  }
  expect((await world.access.consentHandlers.list({})).consents).toEqual([]);
});

test("revoking ends the grant and its refs at once, also the one under way", async () => {
  const world = await openWorld();
  const { response } = await askAndAnswer(world, "always");
  expect((await world.access.consentHandlers.list({})).consents).toEqual([
    {
      requesterId: models,
      connectionId: openai,
      requesterName: "acme.models",
      publisher: "acme",
      decision: "always",
      access: "uses",
      fields: ["api-key"],
      decidedAt: "2026-01-02T03:04:06.678Z",
      lastUsedAt: null,
      useCount: 0,
    },
  ]);
  await world.access.consentHandlers.revoke({ requesterId: models, connectionId: openai });
  expect(await world.access.fetch(models, refOf(response), { path: "/models" })).toEqual({
    ok: false,
    reason: "no-access",
  });
  await world.restart();
  const asking = world.access.requestAccess(ask);
  await world.person.answer("deny");
  expect(await asking).toEqual({ granted: false, reason: "denied" });
});

test("revoking while the question is on show takes it back", async () => {
  const world = await openWorld();
  const asking = world.access.requestAccess(ask);
  await world.person.question();
  await world.access.consentHandlers.revoke({ requesterId: models, connectionId: openai });
  expect(await asking).toEqual({ granted: false, reason: "cancelled" });
  expect(world.person.isOpen()).toBe(false);
});

test("blocking in Access ends grants and answers for the person", async () => {
  const world = await openWorld();
  const { response } = await askAndAnswer(world, "always");
  await world.access.consentHandlers.block({ requesterId: models, connectionId: openai });
  const used = await world.access.fetch(models, refOf(response), { path: "/models" });
  expect([used, await world.access.requestAccess(ask), world.person.asked()]).toEqual([
    { ok: false, reason: "no-access" },
    { granted: false, reason: "blocked" },
    1,
  ]);
});

test.each([
  [
    "another publisher",
    "publisher",
    (world: World) => world.requesters.set(models, extension(models, { publisher: "umca" })),
  ],
  [
    "other code under the same version",
    "content",
    (world: World) => world.requesters.set(models, extension(models, { contentHash: "sha256-2" })),
  ],
  [
    "another scope of the connection",
    "scope",
    (world: World) =>
      world.connections.set(openai, connectionTo("http://127.0.0.1:2/v1", { scope: "workspace" })),
  ],
  [
    "another address of the connection",
    "address",
    (world: World) => world.connections.set(openai, connectionTo("http://127.0.0.2:2/v1")),
  ],
  [
    "more fields",
    "fields",
    (world: World) =>
      world.connections.set(
        openai,
        connectionTo(
          "http://127.0.0.1:2/v1",
          {
            secretFields: [
              { name: apiKey, title: "API key" },
              { name: "user" as typeof apiKey, title: "User" },
            ],
          },
          { credential: { type: "basic", userField: "user" as typeof apiKey, field: apiKey } },
        ),
      ),
  ],
])("`always` ends with %s, and the next question says so", async (_what, change, alter) => {
  const world = await openWorld();
  const { response } = await askAndAnswer(world, "always");
  alter(world);
  const used = await world.access.fetch(models, refOf(response), { path: "/models" });
  const listed = (await world.access.consentHandlers.list({})).consents;
  await world.restart();
  const { question, response: answer } = await askAndAnswer(world, "deny");
  expect([used, listed, question.changes, answer]).toEqual([
    { ok: false, reason: "no-access" },
    [],
    [change],
    { granted: false, reason: "denied" },
  ]);
});

test("`always` does not come back when a change is taken back", async () => {
  const world = await openWorld();
  await askAndAnswer(world, "always");
  world.requesters.set(models, extension(models, { contentHash: "sha256-2" }));
  const asking = world.access.requestAccess(ask);
  await world.person.leave();
  await asking;
  world.requesters.set(models, extension(models));
  const { question } = await askAndAnswer(world, "deny");
  expect(question.changes).toEqual(["content"]);
});

test("code that is swapped while the question is on show gets nothing", async () => {
  const world = await openWorld();
  const asking = world.access.requestAccess(ask);
  await world.person.question();
  world.requesters.set(models, extension(models, { contentHash: "sha256-2" }));
  await world.person.answer("always");
  expect(await asking).toEqual({ granted: false, reason: "unavailable" });
  expect((await world.access.consentHandlers.list({})).consents).toEqual([]);
});

test("a question goes once nobody waits for it any more, and stays while one of its askers does", async () => {
  const world = await openWorld();
  const [first, second] = [new AbortController(), new AbortController()];
  const asking = [first, second].map(({ signal }) => world.access.requestAccess(ask, signal));
  await world.person.question();
  first.abort();
  const isKept = world.person.isOpen();
  second.abort();
  expect([isKept, world.person.isOpen(), await Promise.all(asking)]).toEqual([
    true,
    false,
    [
      { granted: false, reason: "cancelled" },
      { granted: false, reason: "cancelled" },
    ],
  ]);
  expect(world.steps().at(-1)).toBe("access.deny refused cancelled");
});

test("who leaves takes nothing from another one who asks the same", async () => {
  const world = await openWorld();
  const leaving = new AbortController();
  const left = world.access.requestAccess(ask, leaving.signal);
  const asking = world.access.requestAccess(ask);
  await world.person.question();
  leaving.abort();
  await world.person.answer("once");
  expect([await asking, await left]).toMatchObject([{ granted: true }, { granted: true }]);
});

test("who is gone before the question can be asked does not wait behind another one", async () => {
  const world = await openWorld();
  void world.access.requestAccess(ask);
  await world.person.question();
  const gone = world.access.requestAccess({ ...ask, connectionId: github }, AbortSignal.abort());
  expect([await gone, world.person.isOpen(), world.person.asked()]).toEqual([
    { granted: false, reason: "cancelled" },
    true,
    1,
  ]);
});

test("a requester that stops loses its refs and its question", async () => {
  const world = await openWorld();
  const { response } = await askAndAnswer(world, "always");
  const asking = world.access.requestAccess({ ...ask, connectionId: github });
  await world.person.question();
  world.access.requesterStopped(models);
  const used = await world.access.fetch(models, refOf(response), { path: "/models" });
  expect([used, await asking]).toEqual([
    { ok: false, reason: "no-access" },
    { granted: false, reason: "cancelled" },
  ]);
});

test("the decisions for a connection go with it", async () => {
  const world = await openWorld();
  const { response } = await askAndAnswer(world, "always");
  expect(world.access.grantsOf(openai)).toEqual([models]);
  await world.access.connectionRemoved(openai);
  const used = await world.access.fetch(models, refOf(response), { path: "/models" });
  expect([used, world.access.grantsOf(openai)]).toEqual([{ ok: false, reason: "no-access" }, []]);
});

test("a connection that is not there, a requester that does not run and one without requests are one answer", async () => {
  const world = await openWorld();
  const { http: _, ...withoutHttp } = connectionTo("http://127.0.0.1:2/v1", { connectionId: github });
  world.connections.delete(openai);
  world.connections.set(github, withoutHttp);
  const answers = [
    await world.access.requestAccess(ask),
    await world.access.requestAccess({ ...ask, connectionId: github }),
  ];
  world.connections.set(openai, connectionTo("http://127.0.0.1:2/v1"));
  world.requesters.delete(models);
  answers.push(await world.access.requestAccess(ask));
  expect(answers).toEqual(answers.map(() => ({ granted: false, reason: "unavailable" })));
});

test("nothing is granted while the log cannot be written, and no question is asked", async () => {
  const world = await openWorld();
  world.log.isBroken = true;
  expect(await world.access.requestAccess(ask)).toEqual({ granted: false, reason: "not-recorded" });
  expect(world.person.asked()).toBe(0);
});

test("an answer that cannot be recorded grants nothing", async () => {
  const world = await openWorld();
  const asking = world.access.requestAccess(ask);
  await world.person.question();
  world.log.isBroken = true;
  await world.person.answer("always");
  expect(await asking).toEqual({ granted: false, reason: "not-recorded" });
  world.log.isBroken = false;
  const { response } = await askAndAnswer(world, "deny");
  expect(response).toEqual({ granted: false, reason: "denied" });
});

test("the words of a requester are shown as they are, without what hides or reorders text", async () => {
  const world = await openWorld();
  world.requesters.set(
    models,
    extension(models, { name: "Models\u202elivE\n", publisher: "<b>acme</b>\u200b" }),
  );
  const asking = world.access.requestAccess({ ...ask, reason: "trusted\u202e yb dekcehc\u0000" });
  const question = await world.person.answer("deny");
  await asking;
  expect([question.requester.name, question.requester.publisher, question.reason]).toEqual([
    "Models\\u{202e}livE\\u{a}",
    "<b>acme</b>\\u{200b}",
    "trusted\\u{202e} yb dekcehc\\u{0}",
  ]);
});

test("a flood of requests is refused and recorded once, and others may still ask", async () => {
  const world = await openWorld({ limits: { asks: { count: 3, perMs: 60_000 } } });
  await world.access.consentHandlers.block({ requesterId: models, connectionId: openai });
  const answers: AccessResponse[] = [];
  for (let n = 0; n < 50; n++) answers.push(await world.access.requestAccess(ask));
  const count = (reason: string) => answers.filter((one) => !one.granted && one.reason === reason).length;
  expect([count("blocked"), count("too-many-requests")]).toEqual([3, 47]);
  expect(world.steps().filter((step) => step.includes("too-many")).length).toBe(1);
  const asking = world.access.requestAccess({ ...ask, requesterId: other });
  await world.person.answer("once");
  expect(await asking).toMatchObject({ granted: true });
});

test("one requester cannot fill the queue of questions", async () => {
  const world = await openWorld({ limits: { maxOfOne: 1 } });
  const first = world.access.requestAccess(ask);
  await world.person.question();
  const second = await world.access.requestAccess({ ...ask, connectionId: github });
  const third = world.access.requestAccess({ ...ask, requesterId: other });
  await world.person.answer("deny");
  await world.person.answer("once");
  expect([await first, second, await third]).toMatchObject([
    { reason: "denied" },
    { reason: "too-many-requests" },
    { granted: true },
  ]);
});
