import { openAuditLog } from "@latchkey/connections";
import { expect, test } from "vitest";
import { makeFolder } from "./make-folder.ts";
import { canary, models, openai, openWorld, other } from "./support/access-world.ts";
import { serve } from "./support/servers.ts";

test("the activity log takes every step of access, hostile words included, and holds no value", async () => {
  const server = await serve((request, response) => response.end(request.headers.authorization));
  const log = await openAuditLog({ folder: await makeFolder() });
  const world = await openWorld({ address: server.address, append: (entry) => log.append(entry) });
  const ask = {
    connectionId: openai,
    requesterId: models,
    reason: "\u202e\u0000<b>why</b>".padEnd(200, "\u200b"),
  };

  const asking = world.access.requestAccess(ask);
  await world.person.answer("always");
  const response = await asking;
  if (!response.granted) throw new TypeError(response.reason);
  await world.access.fetch(models, response.secretRef, { path: "/models" });
  await world.access.fetch(models, response.secretRef, { path: "/not-declared" });
  await world.access.fetch(other, response.secretRef, { path: "/models" });
  const target = world.connections.get(openai);
  if (target) world.connections.set(openai, { ...target, displayName: "Bücher\n\u202e", scope: "workspace" });
  await world.access.fetch(models, response.secretRef, { path: "/models" });
  const again = world.access.requestAccess(ask);
  await world.person.leave();
  await again;
  await world.access.consentHandlers.block({ requesterId: models, connectionId: openai });
  await world.access.requestAccess(ask);
  await world.access.consentHandlers.unblock({ requesterId: models, connectionId: openai });

  const { entries } = await log.list({ limit: 100 });
  const steps = entries
    .toReversed()
    .map(({ event }) => [event.action, event.outcome, event.reason].filter(Boolean).join(" "));
  expect(steps).toEqual([
    "access.request done",
    "consent.grant done always",
    "access.grant done always",
    "broker.fetch done",
    "broker.fetch refused not-declared",
    "broker.fetch refused no-access",
    "consent.expire done scope-changed",
    "broker.fetch refused no-access",
    "access.request done",
    "access.deny refused no-answer",
    "consent.deny done blocked",
    "access.request done",
    "access.deny refused blocked",
    "consent.revoke done unblocked",
  ]);
  expect([JSON.stringify(entries).includes(canary), (await log.verify()).isSound, world.troubles]).toEqual([
    false,
    true,
    [],
  ]);
  await log[Symbol.asyncDispose]();
});
