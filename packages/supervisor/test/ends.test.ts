import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { identifyProcess, isRunning, killTree, type ProcessIdentity } from "../src/process-tree.ts";
import { appStart, byPerson, misbehavingServer, realServer, supervise, treeOf } from "./supervise.ts";

const parentProgram = fileURLToPath(new URL("fixtures/parent.ts", import.meta.url));

/** A killed process takes a moment until the system has taken it away. */
const allGone = (processes: readonly ProcessIdentity[]) =>
  vi.waitFor(() => expect(processes.filter(isRunning)).toEqual([]), { interval: 10, timeout: 2_000 });

test("a server that ignores the request to end is killed, with all that it started", async () => {
  const { supervisor, pids } = supervise(misbehavingServer, { limits: { graceMs: 50 } });
  await supervisor.apply({ env: { FIXTURE_FAULT: "stubborn" }, reason: appStart });
  const tree = await vi.waitFor(() => {
    const found = treeOf(pids[0]);
    expect(found.length, "the server, two shells and their four children").toBe(7);
    return found;
  });
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
