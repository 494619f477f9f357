import { chmod, mkdir, readdir, readFile, rm, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { EnvName, ProviderId } from "@latchkey/api-contracts/ids";
import type { FieldName } from "@latchkey/api-contracts/providers";
import { readDeliveryQuickly } from "@latchkey/connections/quick-delivery";
import { type Folders, openHostConnections, openStore } from "@latchkey/host";
import { expect, test } from "vitest";
import { createPerson, ended } from "./support/latchkey.ts";

const key = "provider.openai.api-key";
const envName = "PROVIDER_OPENAI_API_KEY";
const print = (name = envName) => ["node", "-e", `process.stdout.write(process.env.${name} ?? "none")`];

test.each([true, false])("hands a program hostile values byte for byte (keychain: %s)", async (keychain) => {
  await using person = await createPerson({ keychain });
  const pem = `-----BEGIN PRIVATE KEY-----\n${"canary+/AB".repeat(12)}\n-----END PRIVATE KEY-----\n`;
  const values = [
    "canary $HOME `x` $(y) ${z}",
    `canary'"\\q"'`,
    "canary\nline two\n\nfour",
    "canary-ключ-🔑",
    pem,
  ];
  for (const [at, value] of values.entries()) {
    const file = join(person.folder, "value");
    await writeFile(file, value, { mode: 0o600 });
    const kept = await person.latchkey(["set", `provider.hostile.key-${at}`, "--from-file", file]);
    expect(kept.code).toBe(0);
  }
  const names = values.map((_, at) => `PROVIDER_HOSTILE_KEY_${at}`);
  const show = `process.stdout.write(JSON.stringify(${JSON.stringify(names)}.map((name) => process.env[name])))`;
  const { stdout } = await person.latchkey(["run", "--mask", "never", "--", "node", "-e", show]);
  expect(JSON.parse(stdout)).toEqual(values);
});

test("the program has the allow-list and the secrets; with --keep-env the whole environment", async () => {
  await using person = await createPerson({ keychain: true });
  await person.latchkey(["set", key], { input: "canary-env\n" });
  const names = ["--", "node", "-p", "Object.keys(process.env).sort().join()"];
  const env = { FOREIGN_TOKEN: "canary-foreign" };
  const pristine = (await person.latchkey(["run", ...names], { env })).stdout.trim().split(",");
  expect(pristine).toEqual(["HOME", "LANG", "PATH", envName, "TERM", "TZ"].toSorted());
  const kept = (await person.latchkey(["run", "--keep-env", ...names], { env })).stdout;
  expect(kept).toContain("FOREIGN_TOKEN");
  expect(kept).toContain(envName);
});

test("--only chooses by key or variable, and nothing starts when nothing fits", async () => {
  await using person = await createPerson();
  await person.latchkey(["set", key], { input: "canary-a" });
  await person.latchkey(["set", "provider.other.key"], { input: "canary-b" });
  const run = (only: string) => person.latchkey(["run", "--mask=never", "--only", only, "--", ...print()]);
  expect((await run("provider.openai.*")).stdout).toBe("canary-a");
  expect((await run("PROVIDER_OTHER_KEY")).stdout).toBe("none");
  expect(await run("nothing.*")).toMatchObject({ code: 3, stdout: "" });
});

test("a pipe gets the output redacted, a terminal raw, and --mask decides otherwise", async () => {
  await using person = await createPerson({ keychain: true });
  await person.latchkey(["set", key], { input: "canary-masked" });
  const out = async (...mask: string[]) => (await person.latchkey(["run", ...mask, "--", ...print()])).stdout;
  expect([await out(), await out("--mask", "never")]).toEqual(["[redacted]", "canary-masked"]);
  expect((await person.onTerminal(["run", "--", ...print()])).stdout).toBe("canary-masked");
  expect((await person.onTerminal(["run", "--mask=always", "--", ...print()])).stdout).toBe("[redacted]");
});

test("ends as the program ends: its code, 126, 127, and 128 and the signal", async () => {
  await using person = await createPerson({ keychain: true });
  await person.latchkey(["set", key], { input: "canary-exit" });
  const plain = join(person.folder, "plain");
  const script = join(person.folder, "no-interpreter-line");
  await writeFile(plain, "not a program");
  await writeFile(script, "exit 9\n");
  await chmod(script, 0o755);
  const code = async (...command: string[]) => (await person.latchkey(["run", "--", ...command])).code;
  expect(await code("sh", "-c", "exit 42")).toBe(42);
  expect(await code("sh", "-c", "kill -KILL $$")).toBe(137);
  expect(await code(plain)).toBe(126);
  expect(await code("no-such-program")).toBe(127);
  // As execvp(3) does it, and so with every program that starts others.
  expect((await person.onTerminal(["run", "--", script])).code).toBe(9);
});

test("words that are no request start nothing and are not quoted", async () => {
  await using person = await createPerson();
  for (const words of [
    ["true"],
    ["--"],
    ["--nope", "--", "true"],
    ["--mask", "canary-x", "--", "true"],
    ["--only", "--"],
  ]) {
    const { code, stderr } = await person.latchkey(["run", ...words]);
    expect([code, stderr.includes("canary")]).toEqual([2, false]);
    expect(stderr).toMatch(/^latchkey: .* Next: latchkey run/);
  }
});

test.each([
  ["SIGTERM", "never"],
  ["SIGINT", "never"],
  ["SIGTERM", "always"],
  ["SIGINT", "always"],
  ["SIGHUP", "always"],
] as const)("%s reaches the program, also one whose output is masked (%s)", async (signal, mask) => {
  await using person = await createPerson({ keychain: true });
  await person.latchkey(["set", key], { input: "canary-signal" });
  const program = `process.on("${signal}", () => process.exit(7)); console.log("ready"); setInterval(() => {}, 1000)`;
  const child = person.start(["run", "--mask", mask, "--", "node", "-e", program]);
  child.stdout?.once("data", () => child.kill(signal));
  expect(await ended(child)).toMatchObject({ code: 7 });
});

test("the program becomes the process where nothing is masked, with default signals and no shell", async () => {
  await using person = await createPerson({ keychain: true });
  await person.latchkey(["set", key], { input: "canary-same" });
  const child = person.start(["run", "--mask", "never", "--", "cat", "/proc/self/status"]);
  const { stdout } = await ended(child);
  expect(stdout).toContain(`Pid:\t${child.pid}\n`);
  expect(/SigIgn:\t(\w+)/.exec(stdout)?.[1]).toBe("0000000000000000");
});

test("a reader that goes away ends the program, as in any pipe", async () => {
  await using person = await createPerson({ keychain: true });
  await person.latchkey(["set", key], { input: "canary-pipe" });
  for (const mask of ["never", "always"]) {
    const child = person.start(["run", "--mask", mask, "--", "sh", "-c", "yes; exit 0"]);
    child.stdout?.once("data", () => child.stdout?.destroy());
    await new Promise((resolve) => child.once("exit", resolve));
    expect(child.stderr?.read()).toBeNull();
  }
});

test("the value is in no argument, no output and no file but its own place", async () => {
  await using person = await createPerson({ keychain: true });
  const canary = "canary-0c5d1f-nowhere";
  await person.latchkey(["set", key], { input: canary });
  const child = person.start([
    "run",
    "--mask",
    "always",
    "--",
    "sh",
    "-c",
    "echo $PROVIDER_OPENAI_API_KEY; read x",
  ]);
  await new Promise((resolve) => child.stdout?.once("data", resolve));
  const words = await Promise.all(
    (await readdir("/proc")).map((pid) => readFile(join("/proc", pid, "cmdline"), "utf8").catch(() => "")),
  );
  expect(words.filter((word) => word.includes(canary))).toEqual([]);
  child.stdin?.end();
  await ended(child);
  const outputs = [];
  for (const verb of [
    ["list", "--used-by"],
    ["show", key],
    ["env", "--json"],
    ["doctor"],
    ["audit", "--json"],
  ]) {
    const { stdout, stderr } = await person.latchkey([...verb, "--verbose"]);
    outputs.push(stdout, stderr);
  }
  expect(outputs.filter((output) => output.includes(canary))).toEqual([]);
  const files = await readdir(person.folder, { recursive: true, withFileTypes: true });
  const texts = await Promise.all(
    files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name), "latin1")),
  );
  expect(texts.filter((text) => text.includes(canary))).toEqual([]);
});

const onAudit = async () => undefined;
const nobody = () => undefined;

test("a program gets the secrets of connections as the server does: with aliases, without those of one that is off", async () => {
  await using person = await createPerson({ keychain: true });
  const paths = {
    cache: person.folder,
    logs: person.folder,
    config: join(person.folder, "config", "latchkey"),
  };
  const folders: Folders = { ...paths, data: person.data };
  {
    await using secrets = await openStore(folders, onAudit);
    const told = { onAudit, onChanged: nobody, onProvidersChanged: nobody, onError: nobody };
    const { store } = await openHostConnections({ folders, secrets, ...told }).open();
    const wanted = { scope: "user", fields: {}, providerId: "github" as ProviderId } as const;
    const secret = { ["token" as FieldName]: "canary-connection" };
    const aliases = ["GITHUB_TOKEN" as EnvName];
    const { connection } = await store.create({
      ...wanted,
      displayName: "Off",
      secrets: secret,
      aliases: [],
    });
    await store.update({ id: connection.id, revision: connection.revision }, { isDisabled: true });
    await store.create({ ...wanted, displayName: "On", secrets: secret, aliases });
    expect(readDeliveryQuickly(folders)).toEqual(await store.delivery());
  }
  const names = ["GITHUB_TOKEN", "PROVIDER_ON_TOKEN", "PROVIDER_OFF_TOKEN"];
  const show = `process.stdout.write(JSON.stringify(${JSON.stringify(names)}.map((name) => name in process.env)))`;
  const given = async (...options: string[]) =>
    JSON.parse((await person.latchkey(["run", ...options, "--", "node", "-e", show])).stdout);
  const byItself = [await given(), await given("--only", "GITHUB_*")];
  expect(await person.latchkey(["run", "--only", "PROVIDER_OFF_TOKEN", "--", "true"])).toMatchObject({
    code: 3,
  });
  // With a workspace it is left to the store.
  await mkdir(folders.config, { recursive: true, mode: 0o700 });
  const settings = { version: 1, workspace: person.folder };
  await writeFile(join(folders.config, "settings.json"), JSON.stringify(settings), { mode: 0o600 });
  expect(readDeliveryQuickly(folders)).toBe(undefined);
  const throughTheStore = [await given(), await given("--only", "GITHUB_*")];
  const listed = (await person.latchkey(["env"])).stdout;
  const chosen = (await person.latchkey(["env", "--only", "GITHUB_*"])).stdout;
  for (const there of [...byItself, ...throughTheStore]) expect(there).toEqual([true, true, false]);
  expect(listed.match(/PROVIDER_OFF_TOKEN .*/)?.[0]).toContain("held back by its connection");
  expect(names.map((name) => chosen.includes(name))).toEqual([true, true, false]);
});

test("a log that cannot be written starts nothing; where the settings allow it, it is told and the program starts", async () => {
  await using person = await createPerson();
  await person.latchkey(["set", key], { input: "canary-unrecorded" });
  const log = join(person.data, "activity.jsonl");
  const former = await readFile(log);
  await rm(log);
  await mkdir(log);
  const words = ["run", "--mask=never", "--", ...print()];
  expect(await person.latchkey(words)).toMatchObject({ code: 7, stdout: "" });

  const config = join(person.folder, "config", "latchkey");
  await mkdir(config, { recursive: true, mode: 0o700 });
  const settings = { version: 1, activityLog: { onFailure: "allow" } };
  await writeFile(join(config, "settings.json"), JSON.stringify(settings), { mode: 0o600 });
  const went = await person.latchkey(words);
  expect([went.code, went.stdout]).toEqual([0, "canary-unrecorded"]);
  expect(went.stderr).toContain("goes on without a record");
  const kept = await person.latchkey(["set", key], { input: "canary-other" });
  expect([kept.code, kept.stderr.split("without a record").length]).toEqual([0, 2]);

  await rmdir(log);
  await writeFile(log, former, { mode: 0o600 });
  expect((await person.latchkey(["audit", "--verify"])).code).toBe(0);
});
