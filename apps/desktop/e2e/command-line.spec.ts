import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { canary } from "./support/canary.ts";
import { expect, test } from "./support/latchkey.ts";
import { serverEnvironment } from "./support/processes.ts";
import { waitForHealthy } from "./support/screens.ts";

const program = join(import.meta.dirname, "../../cli/dist/latchkey.cjs");
const envName = "PROVIDER_OPENAI_API_KEY";

test("a secret kept from the command line shows in the open window and reaches its server", async ({
  latchkey,
  session,
}) => {
  const value = canary();
  const before = await waitForHealthy(latchkey.page, 1);
  const running = promisify(execFile)("node", [program, "set", "provider.openai.api-key"], {
    env: session.env,
  });
  running.child.stdin?.end(value);
  await running;
  await expect(latchkey.page.getByText(envName)).toBeVisible();
  await waitForHealthy(latchkey.page, before + 1);
  expect(await serverEnvironment(latchkey.pid)).toMatchObject({ [envName]: value });
});
