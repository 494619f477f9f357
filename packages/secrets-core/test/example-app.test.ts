import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { startTestSession } from "@latchkey/test-session";
import { expect, onTestFinished, test } from "vitest";
import { createKeychainBackend } from "../src/keychain/keychain-backend.ts";
import { makeFolder } from "./make-folder.ts";
import { openStore } from "./open-store.ts";

const run = promisify(execFile);
const example = new URL("../examples/run-with-secrets.ts", import.meta.url);

test("the example app hands secrets to a program in under 30 lines and prints no value", async () => {
  const session = await startTestSession({ keyring: "unlocked" });
  onTestFinished(() => session.stop());
  const folder = await makeFolder();
  const backends = [createKeychainBackend({ service: "example", env: () => session.env })];
  const { store } = await openStore({ folder, appId: "example", backends });
  await store.set("provider.a.token", "canary-1");
  const script = 'echo "token $PROVIDER_A_TOKEN, ${#PROVIDER_A_TOKEN} characters"; exit 3';
  const ended = run(process.execPath, [fileURLToPath(example), folder, "sh", "-c", script], {
    env: session.env,
  });
  const { code, stdout } = await ended.then(
    () => ({ code: 0, stdout: "" }),
    (error: { code: number; stdout: string }) => error,
  );
  const lines = (await readFile(example, "utf8")).trimEnd().split("\n");
  expect([code, stdout, lines.length < 30]).toEqual([3, "token [redacted], 8 characters\n", true]);
});
