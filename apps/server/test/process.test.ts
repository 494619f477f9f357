import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { ServerAnnouncement } from "@latchkey/api-contracts/server";
import { ANNOUNCE_PREFIX } from "@latchkey/api-contracts/server-names";
import { expect, onTestFinished, test } from "vitest";

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const main = pathOf("../src/main.ts");
const control = {
  LATCHKEY_SERVER_GENERATION: "1",
  LATCHKEY_SERVER_TOKEN: "t".repeat(43),
  LATCHKEY_SERVER_NONCE: "n".repeat(22),
  LATCHKEY_SERVER_SECRET_NAMES: "PROVIDER_A_KEY",
  PROVIDER_A_KEY: "canary-a",
};

function run(program: string, env: Record<string, string>) {
  const child = spawn(process.execPath, [program], { env, stdio: "pipe" });
  onTestFinished(() => void child.kill("SIGKILL"));
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += String(chunk)));
  child.stderr.on("data", (chunk: Buffer) => (output += String(chunk)));
  const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  async function announced(): Promise<ServerAnnouncement> {
    while (!output.includes("\n")) await once(child.stdout, "data");
    return ServerAnnouncement.parse(JSON.parse(output.slice(ANNOUNCE_PREFIX.length)));
  }
  return { child, closed, announced, output: () => output };
}

test("announces its port, answers there, and ends with 0 when asked to end", async () => {
  const { child, closed, announced } = run(main, control);
  const { port, nonce } = await announced();
  const response = await fetch(`http://127.0.0.1:${port}/healthz`);
  expect(await response.json()).toEqual({ status: "healthy", generation: 1, nonce });
  child.kill("SIGTERM");
  expect(await closed).toEqual([0, null]);
});

test("ends when standard input does, where that is its parent's sign", async () => {
  const { child, closed, announced } = run(main, { ...control, LATCHKEY_SERVER_PARENT: "stdin" });
  await announced();
  child.stdin.end();
  expect(await closed).toEqual([0, null]);
});

test("ends also when its parent was gone before it had started", async () => {
  const { child, closed } = run(main, { ...control, LATCHKEY_SERVER_PARENT: "stdin" });
  child.stdin.end();
  expect(await closed).toEqual([0, null]);
});

test("tells a bad environment by name and rule, without a value, and ends with 78", async () => {
  const { closed, output } = run(main, { ...control, LATCHKEY_SERVER_TOKEN: "canary-token" });
  expect(await closed).toEqual([78, null]);
  expect(output()).toBe(
    "server.invalid-env: The server's environment is not valid: LATCHKEY_SERVER_TOKEN does not have the expected form. Start the server through Latchkey.\n",
  );
});

test("its children inherit neither secrets nor the token", async () => {
  const { closed, output } = run(pathOf("fixtures/child-env.ts"), { ...control, TZ: "UTC" });
  await closed;
  expect(JSON.parse(output())).toEqual({
    TZ: "UTC",
    LATCHKEY_SERVER_GENERATION: "1",
    LATCHKEY_SERVER_SECRET_NAMES: "PROVIDER_A_KEY",
  });
});
