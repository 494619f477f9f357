import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { makeFolder } from "./make-folder.ts";

const run = promisify(execFile);
const example = new URL("../examples/keep-a-key.ts", import.meta.url);

test("the README shows the example as it is", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  expect(readme).toContain(`\`\`\`ts\n${await readFile(example, "utf8")}\`\`\``);
});

test("the example runs and prints what happened, never the value", async () => {
  const { stdout, stderr } = await run(process.execPath, [fileURLToPath(example), await makeFolder()]);
  expect([stdout.split("\n"), (stdout + stderr).includes("canary")]).toEqual([
    [
      "storage.chosen done",
      "secret.set done provider.openai.api-key",
      "keychain [ 'PROVIDER_OPENAI_API_KEY' ]",
      "secret.remove done provider.openai.api-key",
      "",
    ],
    false,
  ]);
});
