import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { canary } from "./support/canary.ts";
import { answer, nextQuestion, seedConnection, startModelServer } from "./support/consent.ts";
import { extensionState, installExtension } from "./support/extensions.ts";
import { expect, openLatchkey, test } from "./support/latchkey.ts";

const examples = join(import.meta.dirname, "../../../examples/extensions");
const id = "example.list-models";

test("an extension asks, is allowed once, uses the connection, asks again and is denied", async ({ session }) => {
  const value = canary();
  await using server = await startModelServer({ data: [{ id: "canary-model" }] });
  await mkdir(join(session.folder, "data", "latchkey"), { recursive: true, mode: 0o700 });
  await seedConnection(session, server.address);
  await installExtension(session, { id, from: join(examples, "list-models") });
  const latchkey = await openLatchkey(session);
  const { page } = latchkey;
  await page.evaluate((secret) => window.latchkey.secrets.upsert({ key: "latchkey.openai-compatible.local", value: secret }), value).catch((e) => console.log(e));
  console.log(await extensionState(page, id));
  const question = await nextQuestion(latchkey);
  console.log(await question.locator("main").ariaSnapshot());
  await question.screenshot({ path: "/tmp/c4shot.png" });
  await answer(question, "Allow once");
  await expect.poll(async () => JSON.stringify(await extensionState(page, id))).toContain("canary-model");
  console.log(server.requests);
  await latchkey.app.close();
});
