import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { createNodeLauncher } from "../src/index.ts";
import { identifyProcess, isRunning, killTree, type ProcessIdentity } from "../src/process-tree.ts";
import {
  appStart,
  byPerson,
  escapingServer,
  misbehavingServer,
  realServer,
  supervise,
  treeOf,
} from "./supervise.ts";

const parentProgram = fileURLToPath(new URL("fixtures/parent.ts", import.meta.url));

/** A killed process takes a moment until the system has taken it away. */
const allGone = (processes: readonly ProcessIdentity[]) =>
  vi.waitFor(() => expect(processes.filter(isRunning)).toEqual([]), { interval: 10, timeout: 2_000 });

test("a server that ignores the request to end is killed, with all that it started", async () => {
  const { supervisor, pids } = supervise(misbehavingServer, { limits: { graceMs: 50 } });
  await supervisor.apply({ env: { FIXTURE_FAULT: "stubborn" }, reason: appStart });
  const tree = await vi.waitFor(
    () => {
      const found = treeOf(pids[0]);
      expect(found.length, "the server, two shells and their four children").toBe(7);
      return found;
    },
    { timeout: 10_000 },
  );
  await supervisor.stop(byPerson);
  await allGone(tree);
  expect(supervisor.state()).toMatchObject({ phase: "stopped", lastExit: { code: null, signal: "SIGKILL" } });
});

test("what a server leaves behind is ended with it", async () => {
  const { supervisor, pids } = supervise(misbehavingServer);
  await supervisor.apply({ env: { FIXTURE_FAULT: "leaves-child" }, reason: appStart });
  const tree = treeOf(pids[0]);
  await supervisor.stop(byPerson);
  expect(tree.length).toBe(2);
  await allGone(tree);
});

const commandLine = (pid: number) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
};

/** The processes that the fixture left outside its session: they are no children of it, so only their name is left. */
function escapees(known: ReadonlySet<number>): ProcessIdentity[] {
  const pids = readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && !known.has(pid));
  const found = pids.filter((pid) => commandLine(pid) === ["sleep", "601", ""].join("\0"));
  return found.map(identifyProcess).filter((identity) => identity !== undefined);
}

const running = () => new Set(readdirSync("/proc").map(Number));

test("what has left the server's session is ended: by its nonce, or by the listening socket that it keeps", async () => {
  const before = running();
  const launcher = createNodeLauncher({ command: "python3", args: [escapingServer] });
  const { supervisor } = supervise("", { launcher, limits: { graceMs: 50 } });
  await supervisor.apply({ env: { FIXTURE_FAULT: "escapes" }, reason: appStart });
  const { port } = supervisor.state();
  const others = escapees(before);
  await supervisor.stop(byPerson);
  expect(others.length).toBe(2);
  await allGone(others);
  const [error] = (await once(connect(port ?? 0, "127.0.0.1"), "error")) as [Error];
  expect(error).toMatchObject({ code: "ECONNREFUSED" });
});

test("a foreign process that listens on the port by now is left alone", async () => {
  const { supervisor, pids } = supervise(misbehavingServer);
  await supervisor.apply({ env: {}, reason: appStart });
  const { port } = supervisor.state();
  process.kill(pids[0] ?? 0, "SIGKILL");
  const stranger = spawn("python3", ["-c", LISTEN, String(port)], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void stranger.kill("SIGKILL"));
  await once(stranger.stdout, "data");
  await supervisor.stop(byPerson);
  expect(stranger.exitCode).toBeNull();
  const socket = connect(port ?? 0, "127.0.0.1");
  await once(socket, "connect");
  socket.destroy();
});

const LISTEN = `
import socket, sys, time
listener = socket.socket()
listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
while True:
    try:
        listener.bind(("127.0.0.1", int(sys.argv[1])))
        break
    except OSError:
        time.sleep(0.01)
listener.listen()
print("listening", flush=True)
time.sleep(600)
`;

test("a server that heeds nothing does not outlive its parent either", async () => {
  const before = running();
  const parent = spawn(process.execPath, [parentProgram, escapingServer, "python3"], {
    env: { ...process.env, FIXTURE_FAULT: "escapes" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  parent.stdout.on("data", (chunk: Buffer) => (output += String(chunk)));
  while (!output.includes('"healthy"')) await once(parent.stdout, "data");
  const { pids } = JSON.parse(output.trim().split("\n").at(-1) ?? "") as { pids: number[] };
  const family = pids.map(identifyProcess).filter((identity) => identity !== undefined);
  const marked = escapees(before).filter(({ pid }) => readFileSync(`/proc/${pid}/environ`).length > 0);
  parent.kill("SIGKILL");
  expect([family.length, marked.length]).toEqual([2, 1]);
  await allGone([...family, ...marked]);
  for (const { pid } of escapees(before)) process.kill(pid, "SIGKILL");
});

test.each(["started", "healthy"])(
  "no server is left when its parent is killed once it has %s",
  async (when) => {
    const parent = spawn(process.execPath, [parentProgram, realServer], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    parent.stdout.on("data", (chunk: Buffer) => (output += String(chunk)));
    while (!output.includes(`"${when}"`)) await once(parent.stdout, "data");
    const { pids } = JSON.parse(output.trim().split("\n").at(-1) ?? "") as { pids: number[] };
    const servers = pids.map(identifyProcess).filter((identity) => identity !== undefined);
    parent.kill("SIGKILL");
    expect(servers.length, "the server and the guard").toBe(2);
    await allGone(servers);
  },
);

test("a process that has the id of a former one is not touched", async () => {
  const bystander = spawn("sleep", ["600"], { detached: true });
  onTestFinished(() => void bystander.kill("SIGKILL"));
  const pid = bystander.pid ?? 0;
  const identity = identifyProcess(pid) ?? { pid, startTime: "" };
  killTree({ pid, startTime: "1" });
  expect(isRunning(identity)).toBe(true);
  killTree(identity);
  await allGone([identity]);
});
