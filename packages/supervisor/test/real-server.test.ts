import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readlinkSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { appStart, byPerson, changed, realServer, startEnvOf, supervise } from "./supervise.ts";

const names = ["PROVIDER_OPENAI_API_KEY", "PROVIDER_OTHER_API_KEY"];
const env = { PROVIDER_OPENAI_API_KEY: "canary-openai" };

test("the server has the allow-listed variables, the snapshot and the control variables, and no other", async () => {
  const parentEnv = {
    PATH: "/usr/bin",
    HOME: "/nowhere",
    TZ: "UTC",
    NODE_OPTIONS: "--bad",
    OTHER: "canary-other",
  };
  const { supervisor, pids } = supervise(realServer, { parentEnv });
  await supervisor.apply({ env, names, reason: appStart });
  expect(startEnvOf(pids[0])).toEqual({
    PATH: "/usr/bin",
    HOME: "/nowhere",
    TZ: "UTC",
    PROVIDER_OPENAI_API_KEY: "canary-openai",
    LATCHKEY_SERVER_HOST: "127.0.0.1",
    LATCHKEY_SERVER_PORT: "0",
    LATCHKEY_SERVER_GENERATION: "1",
    LATCHKEY_SERVER_TOKEN: expect.stringMatching(/^[\w-]{43}$/),
    LATCHKEY_SERVER_NONCE: expect.stringMatching(/^[\w-]{22}$/),
    LATCHKEY_SERVER_SECRET_NAMES: names.join(","),
    LATCHKEY_SERVER_PARENT: "stdin",
  });
});

test("the generation that serves is known with its token, and told where to ask for its tools", async () => {
  const { supervisor, pids } = supervise(realServer, { toolsPort: 40_123 });
  expect(supervisor.serving()).toBeUndefined();
  await supervisor.apply({ env, names, reason: appStart });
  await supervisor.restart(byPerson);
  const start = startEnvOf(pids[1]);
  expect(start["LATCHKEY_SERVER_TOOLS_PORT"]).toBe("40123");
  expect(supervisor.serving()).toEqual({ generation: 2, token: start["LATCHKEY_SERVER_TOKEN"] });
  await supervisor.stop(byPerson);
  expect(supervisor.serving()).toBeUndefined();
});

test("main asks the server with the token of its generation", async () => {
  const { supervisor } = supervise(realServer);
  await supervisor.apply({ env, names, reason: appStart });
  const response = await supervisor.request("/v1/environment");
  expect(await response.json()).toEqual({
    generation: 1,
    names: [
      { name: "PROVIDER_OPENAI_API_KEY", isSet: true },
      { name: "PROVIDER_OTHER_API_KEY", isSet: false },
    ],
  });
  await expect(supervisor.request("@example.invalid/")).rejects.toMatchObject({ code: "request.invalid" });
});

test("an equal snapshot gives no new generation, a changed one gives one with its own token", async () => {
  const { supervisor, pids } = supervise(realServer);
  await supervisor.apply({
    env: { PROVIDER_A_KEY: "canary-a", PROVIDER_B_KEY: "canary-b" },
    reason: appStart,
  });
  await supervisor.apply({
    env: { PROVIDER_B_KEY: "canary-b", PROVIDER_A_KEY: "canary-a" },
    reason: changed,
  });
  expect(supervisor.state().generation).toBe(1);
  const first = startEnvOf(pids[0]);
  await supervisor.apply({ env: { PROVIDER_B_KEY: "canary-b2" }, reason: changed });
  const second = startEnvOf(pids[1]);
  expect(supervisor.state()).toMatchObject({ generation: 2, reason: changed });
  expect(second).toMatchObject({ PROVIDER_B_KEY: "canary-b2", LATCHKEY_SERVER_GENERATION: "2" });
  expect(second).not.toHaveProperty("PROVIDER_A_KEY");
  expect(second["LATCHKEY_SERVER_TOKEN"]).not.toBe(first["LATCHKEY_SERVER_TOKEN"]);
});

test("changes that arrive during a change make one further generation, with the last of them", async () => {
  const { supervisor, pids } = supervise(realServer);
  await supervisor.apply({ env, reason: appStart });
  const edits = Array.from({ length: 50 }, (_, edit) => ({ PROVIDER_A_KEY: `canary-${edit}` }));
  await Promise.all(edits.map((edit) => supervisor.apply({ env: edit, reason: changed })));
  expect(supervisor.state().generation).toBeLessThanOrEqual(3);
  expect(startEnvOf(pids.at(-1))).toMatchObject({ PROVIDER_A_KEY: "canary-49" });
});

test("a stop ends the wait of a change, and a change does not undo the stop", async () => {
  const { supervisor } = supervise(realServer);
  await supervisor.apply({ env, reason: appStart });
  const change = supervisor.apply({ env: {}, reason: changed });
  await supervisor.stop(byPerson);
  expect((await change).status).toBe("stopped");
  expect((await supervisor.apply({ env, reason: changed })).status).toBe("stopped");
  expect(supervisor.state()).toMatchObject({ phase: "stopped", generation: 2 });
  await expect(supervisor.request("/v1/environment")).rejects.toMatchObject({ code: "server.stopped" });
  await supervisor.restart(byPerson);
  expect(supervisor.state()).toMatchObject({ phase: "healthy", generation: 3 });
});

test("a snapshot that names a control variable or an inherited one is refused", async () => {
  const { supervisor } = supervise(realServer);
  for (const envName of ["LATCHKEY_SERVER_TOKEN", "PATH"]) {
    const change = supervisor.apply({ env: { [envName]: "canary-name" }, reason: appStart });
    await expect(change).rejects.toMatchObject({ code: "secrets.reserved-name", details: { envName } });
  }
  expect(supervisor.state().generation).toBe(0);
});

const openIn = (pid: number | undefined) =>
  readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      // Closed since the folder was read.
      return [];
    }
  });

/** Not one of the files that any two processes have alike. */
const isForeign = (link: string) => !link.startsWith("anon_inode:") && link !== "/dev/null";

test("the server has no file open that its parent has", async () => {
  const parentProgram = fileURLToPath(new URL("fixtures/parent.ts", import.meta.url));
  const openFile = fileURLToPath(import.meta.url);
  // Above a gap, where Node does not look for what it was started with.
  const script = 'exec 9<"$0" 199<"$0"; exec "$@"';
  const parent = spawn("bash", ["-c", script, openFile, process.execPath, parentProgram, realServer]);
  onTestFinished(() => void parent.kill("SIGKILL"));
  let output = "";
  parent.stdout.on("data", (chunk: Buffer) => (output += String(chunk)));
  while (!output.includes('"healthy"')) await once(parent.stdout, "data");
  const [pid] = JSON.parse(output.trim().split("\n").at(-1) ?? "").pids as number[];
  const inParent = new Set(openIn(parent.pid));
  expect(inParent).toContain(openFile);
  expect(openIn(pid).filter((link) => isForeign(link) && inParent.has(link))).toEqual([]);
});
