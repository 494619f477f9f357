import type { Page } from "@playwright/test";
import { keychainAccounts } from "./support/keychain.ts";
import { expect, test } from "./support/latchkey.ts";
import { waitForHealthy } from "./support/screens.ts";

const value = "canary-value";

interface Attempt {
  readonly area: "secrets" | "desktop";
  readonly verb: string;
  readonly request: unknown;
}

/** Calls a channel with whatever it is given, past every type. */
function attempt(page: Page, { area, verb, request }: Attempt): Promise<unknown> {
  return page.evaluate(
    ([areaName, verbName, input]) => {
      type Call = (request: unknown) => Promise<unknown>;
      const client = window.latchkey[areaName] as unknown as Record<string, Call>;
      return client[verbName]?.(input).then(
        () => "accepted",
        (error: unknown) => error,
      );
    },
    [area, verb, request] as const,
  );
}

const refusals: [string, Attempt, string][] = [
  ...(["status", "list"] as const).flatMap((verb): [string, Attempt, string][] => [
    [`secrets:${verb} with a string`, { area: "secrets", verb, request: "x" }, "request.invalid"],
    [`secrets:${verb} with an extra field`, { area: "secrets", verb, request: { value } }, "request.invalid"],
  ]),
  ...(["getState", "restartServer", "stopServer", "openLogsFolder"] as const).flatMap(
    (verb): [string, Attempt, string][] => [
      [`desktop:${verb} with a number`, { area: "desktop", verb, request: 7 }, "request.invalid"],
      [
        `desktop:${verb} with an extra field`,
        { area: "desktop", verb, request: { value } },
        "request.invalid",
      ],
    ],
  ),
  ...(
    [
      ["no value", { key: "provider.a.b" }, "request.invalid"],
      ["a value that is a number", { key: "provider.a.b", value: 7 }, "request.invalid"],
      ["an empty value", { key: "provider.a.b", value: "" }, "request.invalid"],
      ["a value of 1 MB", { key: "provider.a.b", value: "c".repeat(1_000_000) }, "request.invalid"],
      ["a value with NUL", { key: "provider.a.b", value: `${value}\0` }, "request.invalid"],
      ["half a character", { key: "provider.a.b", value: `${value}\ud800` }, "request.invalid"],
      ["an extra field", { key: "provider.a.b", value, extra: 1 }, "request.invalid"],
      ["a key of the wrong form", { key: "../etc/passwd", value }, "request.invalid"],
      ["a key of 1 MB", { key: "a".repeat(1_000_000), value }, "request.invalid"],
      ["an unknown namespace", { key: "unknown.a.b", value }, "secrets.invalid-key"],
      ["a reserved name", { key: "install.a", value, envName: "NODE_OPTIONS" }, "secrets.reserved-name"],
      ["a colliding name", { key: "provider.taken-by.other", value }, "secrets.collision"],
    ] as const
  ).map(([what, request, code]): [string, Attempt, string] => [
    `secrets:upsert with ${what}`,
    { area: "secrets", verb: "upsert", request },
    code,
  ]),
  [
    "secrets:remove with an unknown key",
    { area: "secrets", verb: "remove", request: { key: "provider.a.b" } },
    "secrets.absent",
  ],
  ["secrets:remove with a list", { area: "secrets", verb: "remove", request: [] }, "request.invalid"],
  [
    "secrets:remove with an extra field",
    { area: "secrets", verb: "remove", request: { key: "provider.a.b", value } },
    "request.invalid",
  ],
];

test("bad input at every channel is refused with a typed error and a next step, and changes nothing", async ({
  latchkey,
  session,
}) => {
  const { page } = latchkey;
  await waitForHealthy(page, 1);
  await page.evaluate(() =>
    window.latchkey.secrets.upsert({ key: "provider.taken_by.other", value: "canary" }),
  );
  const generation = await waitForHealthy(page, 2);
  const before = await page.evaluate(() => window.latchkey.secrets.list());

  for (const [what, input, code] of refusals) {
    const answer = await attempt(page, input);
    expect(answer, what).toMatchObject({ code, message: expect.stringMatching(/[.;:)] .+\.$/) });
    expect(JSON.stringify(answer), what).not.toContain("canary");
  }

  expect(await page.evaluate(() => window.latchkey.secrets.list())).toEqual(before);
  expect(await keychainAccounts(session)).toHaveLength(1);
  expect(await waitForHealthy(page, generation)).toBe(generation);
});

test("a collision names both keys and the variable", async ({ latchkey }) => {
  const answers: unknown[] = [];
  for (const key of ["provider.a-b.c", "provider.a_b.c"]) {
    answers.push(await attempt(latchkey.page, { area: "secrets", verb: "upsert", request: { key, value } }));
  }
  expect(answers).toMatchObject([
    "accepted",
    { details: { key: "provider.a_b.c", otherKey: "provider.a-b.c", envName: "PROVIDER_A_B_C" } },
  ]);
});

test("a request from a frame that is not the window's own page is refused", async ({ latchkey }) => {
  const reply = await latchkey.app.evaluate(async ({ ipcMain }) => {
    type Handler = (event: unknown, request: unknown) => Promise<unknown>;
    const { _invokeHandlers: handlers } = ipcMain as unknown as { _invokeHandlers: Map<string, Handler> };
    const foreign = { senderFrame: { url: "https://example.invalid/", parent: null } };
    return handlers.get("secrets:list")?.(foreign, {});
  });
  expect(reply).toMatchObject({ ok: false, error: { code: "request.untrusted-sender" } });
});
