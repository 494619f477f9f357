import type { Page } from "@playwright/test";
import { canary, expectNotInPage, recordMessages } from "./support/canary.ts";
import { answer, connectionId, isQuestion, nextQuestion, openWithModels } from "./support/consent.ts";
import { expect, test } from "./support/latchkey.ts";

/** Asks as the page of the main window can, also in the name of someone else; what it hears. */
function askFromWindow(page: Page, requesterId = "window") {
  return page.evaluate(
    ([id, who]) =>
      window.latchkey.connections
        .requestSecretAccess({
          connectionId: id,
          requesterId: who as "window",
          reason: "To list the models.",
        })
        .catch((error: { code: string }) => error.code),
    [connectionId, requesterId] as const,
  );
}

test.describe.configure({ timeout: 90_000 });

test("the window asks as itself alone, is told the answer, and has a ref and no value", async ({
  session,
}) => {
  const value = canary();
  const address = "http://127.0.0.1:9/v1";
  const latchkey = await openWithModels(session, { value, address, install: async () => undefined });
  const { app, page } = latchkey;
  const messages = await recordMessages(latchkey);

  for (const other of ["extension:example.list-models", "tool:acme/list-models", "server", "cli"]) {
    expect(await askFromWindow(page, other)).toBe("request.invalid");
  }
  expect(app.windows().some(isQuestion)).toBe(false);

  const allowing = askFromWindow(page);
  const question = await nextQuestion(latchkey);
  await expect(question.getByText("Latchkey's own window")).toBeVisible();
  await answer(question, "Allow once");
  expect(await allowing).toEqual({
    granted: true,
    secretRef: expect.stringMatching(/^ref_[A-Za-z0-9_-]{43}$/),
    reach: "once",
    fields: ["api-key"],
    expiresAt: expect.any(String),
  });

  const refusing = askFromWindow(page);
  await answer(await nextQuestion(latchkey), "Deny");
  expect(await refusing).toEqual({ granted: false, reason: "denied" });

  const { entries } = await page.evaluate(() => window.latchkey.audit.list({ filter: { actor: "window" } }));
  expect(entries.map(({ event: { actor, action } }) => [actor, action])).toEqual([
    ["window", "access.request"],
    ["window", "access.request"],
  ]);
  expect(await messages()).not.toContain(value);
  await expectNotInPage(latchkey, value);
  await app.close();
});
