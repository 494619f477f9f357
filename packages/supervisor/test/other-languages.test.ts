import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { createNodeLauncher, openFront } from "../src/index.ts";
import { isRunning } from "../src/process-tree.ts";
import { appStart, byPerson, changed, supervise, treeOf } from "./supervise.ts";

const pathOf = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const page = readFileSync(pathOf("../../../docs/write-a-server.md"), "utf8");

const examples = [
  {
    file: "server.py",
    isThere: runs("python3", "--version"),
    command: () => ["python3", example("server.py")],
  },
  { file: "server.sh", isThere: runs("socat", "-V"), command: () => ["sh", example("server.sh")] },
  { file: "server.go", isThere: runs("go", "version"), command: () => [build("server.go")] },
];

function example(file: string): string {
  return pathOf(`../examples/servers/${file}`);
}

function runs(program: string, argument: string): boolean {
  try {
    execFileSync(program, [argument], { stdio: "ignore" });
    return true;
  } catch {
    process.stdout.write(`${program} is not installed: the example in its language is not run here\n`);
    return false;
  }
}

function build(file: string): string {
  const folder = mkdtempSync(join(tmpdir(), "lk-example-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, "server");
  execFileSync("go", ["build", "-o", program, example(file)], {
    env: { ...process.env, GOFLAGS: "-mod=mod" },
  });
  return program;
}

test.each(examples)("the page shows $file as it is", ({ file }) => {
  expect(page).toContain(readFileSync(example(file), "utf8"));
});

test.each(examples.filter(({ isThere }) => isThere))(
  "$file starts, is asked through the front, follows a change, and leaves nothing",
  async ({ command }) => {
    const [program = "", ...args] = command();
    const { supervisor } = supervise("", { launcher: createNodeLauncher({ command: program, args }) });
    const front = await openFront({ supervisor });
    onTestFinished(() => front[Symbol.asyncDispose]());
    const ask = (token: string) =>
      fetch(`http://127.0.0.1:${front.port}/v1/environment`, {
        headers: { authorization: `Bearer ${token}` },
      });

    await supervisor.apply({ env: { PROVIDER_A_KEY: "canary-a" }, reason: appStart });
    expect(await (await ask(front.token)).json()).toMatchObject({ generation: 1 });
    const second = await supervisor.apply({
      env: { PROVIDER_A_KEY: "canary-b" },
      fallback: { env: {} },
      reason: changed,
    });
    expect([second.status, await (await ask(front.token)).json()]).toMatchObject([
      "applied",
      { generation: 2 },
    ]);
    expect((await ask("x".repeat(43))).status).toBe(401);
    const family = treeOf(process.pid).filter(({ pid }) => pid !== process.pid);
    await supervisor.stop(byPerson);
    const left = () => family.filter(isRunning).filter((identity) => isOfServer(identity.pid));
    await vi.waitFor(() => expect(left()).toEqual([]), { timeout: 2_000 });
  },
  30_000,
);

const isOfServer = (pid: number) =>
  readFileSync(`/proc/${pid}/environ`, "utf8").includes("LATCHKEY_SERVER_NONCE");
