import { mkdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeFolder } from "./make-folder.ts";
import { models, openai, openWorld } from "./support/access-world.ts";

const ask = { connectionId: openai, requesterId: models, reason: "To list the models" };

test("the document of decisions belongs to the person alone, and has no value and no ref", async () => {
  const path = join(await makeFolder(), "consents.json");
  const world = await openWorld({ path });
  const asking = world.access.requestAccess(ask);
  await world.person.answer("always");
  await asking;
  const text = await readFile(path, "utf8");
  expect(JSON.parse(text)).toEqual({
    version: 1,
    decisions: [
      {
        requesterId: models,
        connectionId: openai,
        requesterName: "acme.models",
        decision: "always",
        binding: {
          access: "uses",
          fields: ["api-key"],
          scope: "user",
          address: "http://127.0.0.1:2",
          publisher: "acme",
          contentHash: "sha256-1",
        },
        decidedAt: "2026-01-02T03:04:06.678Z",
        lastUsedAt: null,
        useCount: 0,
        ended: [],
      },
    ],
  });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test.each([
  ["cut short", (text: string) => text.slice(0, -20)],
  ["from a later version", (text: string) => text.replace('"version":1', '"version":2')],
  ["with a decision of another form", (text: string) => text.replace('"always"', '"forever"')],
  [
    "with a field that nobody knows",
    (text: string) => text.replace('"useCount"', '"isAdmin":true,"useCount"'),
  ],
  ["empty", () => ""],
])("a document that is %s grants nothing, is told, and is kept aside", async (_what, damage) => {
  const path = join(await makeFolder(), "consents.json");
  const first = await openWorld({ path });
  const asking = first.access.requestAccess(ask);
  await first.person.answer("always");
  await asking;
  await first.access[Symbol.asyncDispose]();
  const damaged = damage(await readFile(path, "utf8"));
  await writeFile(path, damaged);

  const world = await openWorld({ path });
  const { consents, isDamaged } = await world.access.consentHandlers.list({});
  expect([consents, isDamaged, world.access.grantsOf(openai)]).toEqual([[], true, []]);
  const again = world.access.requestAccess(ask);
  await world.person.answer("deny");
  expect(await again).toEqual({ granted: false, reason: "denied" });
  expect(await readFile(`${path}.damaged`, "utf8")).toBe(damaged);
  expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ decisions: [{ decision: "denied" }] });
});

test("a link in the place of the document is refused", async () => {
  const folder = await makeFolder();
  const path = join(folder, "consents.json");
  await symlink(join(folder, "elsewhere"), path);
  await expect(openWorld({ path })).rejects.toMatchObject({ code: "files.unsafe" });
});

test("`always` that cannot be stored grants nothing, now and later", async () => {
  const path = join(await makeFolder(), "consents.json");
  const world = await openWorld({ path });
  await mkdir(path);
  const asking = world.access.requestAccess(ask);
  await world.person.answer("always");
  expect(await asking).toEqual({ granted: false, reason: "not-recorded" });
  expect((await world.access.consentHandlers.list({})).consents).toEqual([]);
  const again = world.access.requestAccess(ask);
  await world.person.answer("deny");
  expect(await again).toEqual({ granted: false, reason: "denied" });
  await rm(path, { recursive: true });
});

test("revoking counts at once though it cannot be stored, and says so", async () => {
  const path = join(await makeFolder(), "consents.json");
  const world = await openWorld({ path });
  const asking = world.access.requestAccess(ask);
  await world.person.answer("always");
  const response = await asking;
  await rm(path);
  await mkdir(path);
  const pair = { requesterId: models, connectionId: openai };
  await expect(world.access.consentHandlers.revoke(pair)).rejects.toMatchObject({ code: "files.unsafe" });
  const used =
    response.granted && (await world.access.fetch(models, response.secretRef, { path: "/models" }));
  expect([used, (await world.access.consentHandlers.list({})).consents]).toEqual([
    { ok: false, reason: "no-access" },
    [],
  ]);
  await rm(path, { recursive: true });
});

test("a revoked grant does not come back from a copy of the document", async () => {
  const folder = await makeFolder();
  const path = join(folder, "consents.json");
  const world = await openWorld({ path });
  const asking = world.access.requestAccess(ask);
  await world.person.answer("always");
  await asking;
  await world.access.consentHandlers.revoke({ requesterId: models, connectionId: openai });
  await writeFile(path, "damaged");
  await world.restart();
  expect(world.access.grantsOf(openai)).toEqual([]);
});
