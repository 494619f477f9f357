import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { startTestSession, type TestSession } from "../src/index.ts";

const run = promisify(execFile);

/** Runs secret-tool in the session; resolves with its exit code and output. */
async function secretTool(session: TestSession, args: string[], input = "") {
  const child = spawn("secret-tool", args, { env: session.env, stdio: ["pipe", "pipe", "ignore"] });
  let output = "";
  child.stdout.on("data", (chunk) => (output += String(chunk)));
  child.stdin.end(input);
  const [code] = await once(child, "close");
  return { code, output };
}

const attributes = ["service", "latchkey-test", "account", "one"];
const store = ["store", "--label", "test", ...attributes];

test("an unlocked keyring keeps a secret and gives it back", async () => {
  await using session = await startTestSession();
  await secretTool(session, store, "canary-kept");
  expect(await secretTool(session, ["lookup", ...attributes])).toEqual({ code: 0, output: "canary-kept" });
});

test("a locked keyring gives nothing, and after unlocking gives what it kept", async () => {
  await using session = await startTestSession();
  await secretTool(session, store, "canary-locked");
  await session.lock();
  const whileLocked = await secretTool(session, ["lookup", ...attributes]);
  await session.unlock();
  const afterwards = await secretTool(session, ["lookup", ...attributes]);
  expect([whileLocked, afterwards]).toEqual([
    { code: 1, output: "" },
    { code: 0, output: "canary-locked" },
  ]);
});

test("a session that starts locked refuses to store", async () => {
  await using session = await startTestSession({ keyring: "locked" });
  expect((await secretTool(session, store, "canary-refused")).code).toBe(1);
});

test("without a keyring the bus has no Secret Service and cannot start one", async () => {
  await using session = await startTestSession({ keyring: "none" });
  const call = [
    "call",
    "--session",
    "--dest",
    "org.freedesktop.DBus",
    "--object-path",
    "/org/freedesktop/DBus",
  ];
  const list = async (method: string) =>
    (await run("gdbus", [...call, "--method", `org.freedesktop.DBus.${method}`], { env: session.env }))
      .stdout;
  expect(await list("ListActivatableNames")).toBe("(['org.freedesktop.DBus'],)\n");
  expect(await list("ListNames")).not.toContain("org.freedesktop.secrets");
});

test("without a bus nothing in the environment leads to one", async () => {
  await using session = await startTestSession({ bus: false });
  const runtimeFolder = session.env["XDG_RUNTIME_DIR"] ?? "";
  expect({ address: session.env["DBUS_SESSION_BUS_ADDRESS"], runtime: await readdir(runtimeFolder) }).toEqual(
    {
      address: undefined,
      runtime: [],
    },
  );
});

test("a keyring without a bus is refused", async () => {
  await expect(startTestSession({ bus: false, keyring: "unlocked" })).rejects.toThrow(
    "A keyring needs a bus.",
  );
});

test("a display is one of its own, and absent when it was not asked for", async () => {
  await using shown = await startTestSession({ keyring: "none", display: true });
  await using plain = await startTestSession({ keyring: "none" });
  expect([shown.env["DISPLAY"], plain.env["DISPLAY"]]).toEqual([expect.stringMatching(/^:\d+$/), undefined]);
});

test("stopping ends every process and removes the folder", async () => {
  const session = await startTestSession({ display: true });
  const before = await processesOf(session.folder);
  await session.stop();
  expect(before.length).toBeGreaterThan(0);
  expect({ processes: await processesOf(session.folder), folder: existsSync(session.folder) }).toEqual({
    processes: [],
    folder: false,
  });
});

test("a killed test runner leaves no process and no folder behind", async () => {
  const entry = new URL("../src/index.ts", import.meta.url).href;
  const program = `const { startTestSession } = await import(${JSON.stringify(entry)});
    const { folder } = await startTestSession(); console.log(folder); setInterval(() => {}, 1000);`;
  const runner = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const folder = String((await once(createInterface(runner.stdout), "line"))[0]);
  const guards = await processesOf(folder);
  runner.kill("SIGKILL");
  await Promise.all(guards.map(untilGone));
  expect({ started: guards.length > 0, folder: existsSync(folder) }).toEqual({
    started: true,
    folder: false,
  });
});

/** The processes, by id, whose command line names the folder. */
async function processesOf(folder: string): Promise<number[]> {
  const { stdout } = await run("ps", ["-eo", "pid=,args="]);
  const lines = stdout.split("\n").filter((line) => line.includes(folder) && !line.includes("--input-type"));
  return lines.map((line) => Number.parseInt(line, 10));
}

/** `tail --pid` returns when the process is gone. */
async function untilGone(pid: number): Promise<void> {
  await run("tail", ["--pid", String(pid), "-s", "0.02", "-f", "/dev/null"]);
}
