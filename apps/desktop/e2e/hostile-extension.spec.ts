import { join } from "node:path";
import { extensionState, fixtures, installExtension, openTarget } from "./support/extensions.ts";
import { expect, openLatchkey, test } from "./support/latchkey.ts";

const id = "evil.hostile";

test("a hostile extension gets nothing that was not granted", async ({ session }) => {
  test.setTimeout(120_000);
  const target = await openTarget();
  await installExtension(session, {
    id,
    from: join(fixtures, "hostile-extension"),
    files: { "target.js": `export const port = ${target.port};` },
  });
  const { app, page } = await openLatchkey(session);

  await expect
    .poll(async () => (await extensionState(page, id))?.status, { timeout: 90_000 })
    .toBe("blocked");
  const state = await extensionState(page, id);
  if (!state || state.status === "invalid") throw new Error("the extension was not loaded");
  console.log(state.logTail.map(({ text }) => text).join("\n"), target.hits());
  target.close();
  await app.close();
});
