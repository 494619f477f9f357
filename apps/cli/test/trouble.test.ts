import { spawnSync } from "node:child_process";
import { mkdir, open, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startTestSession } from "@latchkey/test-session";
import { expect, test } from "vitest";
import { createPerson } from "./support/latchkey.ts";

const key = "provider.openai.api-key";

test("the doctor names a damaged index, damaged connections and damaged settings, each with its fix", async () => {
  await using person = await createPerson({ keychain: true });
  await person.latchkey(["set", key], { input: "canary-damaged" });
  const config = join(person.folder, "config", "latchkey");
  await mkdir(config, { recursive: true });
  const index = join(person.data, "secrets-index.json");
  for (const [file, fix] of [
    [join(person.data, "connections.json"), "connections.json.previous"],
    [join(config, "settings.json"), config],
    [index, "latchkey recover"],
  ] as const) {
    if (file === index) await writeFile(`${index}.previous`, "{ damaged", { mode: 0o600 });
    await writeFile(file, "{ damaged", { mode: 0o600 });
    const { code, stdout } = await person.latchkey(["doctor"]);
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(/^XX {2}(?:secrets-index|connections|settings)/m),
    ]);
    for (const part of [fix, "1 problem found."]) expect(stdout).toContain(part);
    await rename(file, `${file}.aside`);
  }
});

test("a log that cannot be written is a finding, and does not keep the doctor from looking", async () => {
  await using person = await createPerson();
  await mkdir(join(person.data, "activity.jsonl"), { recursive: true });
  const { code, stdout, stderr } = await person.latchkey(["doctor"]);
  expect([code, stderr, stdout]).toEqual([1, "", expect.stringContaining("XX  The activity log could not")]);
});

test("an answer that cannot be written fails, and a reader that has gone away does not count as that", async () => {
  await using person = await createPerson();
  const full = await open("/dev/full", "w");
  const program = join(import.meta.dirname, "../dist/latchkey.cjs");
  const { status, stderr } = spawnSync(process.execPath, [program, "list"], {
    env: person.env,
    stdio: ["ignore", full.fd, "pipe"],
    encoding: "utf8",
  });
  await full.close();
  expect([status, stderr]).toEqual([7, expect.stringContaining("the disk is full")]);
  const child = person.start(["--help"]);
  child.stdout?.destroy();
  expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(0);
});

test("where values cannot be read the list, the details and the variables say why and what to do", async () => {
  await using session = await startTestSession({ keyring: "unlocked" });
  await using person = await createPerson();
  const env = { DBUS_SESSION_BUS_ADDRESS: session.env["DBUS_SESSION_BUS_ADDRESS"] ?? "" };
  await person.latchkey(["set", key], { env, input: "canary-locked" });
  await session.lock();
  for (const words of [["list"], ["show", key], ["env"]]) {
    const { code, stdout, stderr } = await person.latchkey(words, { env });
    expect([words[0], code, stdout]).toEqual([words[0], 0, expect.stringContaining(key)]);
    expect(stderr).toBe(
      "Secrets cannot be read now, in the keychain: the keychain is locked. Unlock it and try again: latchkey unlock\n",
    );
  }
  for (const words of [["recover"], ["migrate"], ["set", key]]) {
    expect([words[0], (await person.latchkey(words, { env })).code]).toEqual([words[0], 4]);
  }
});

test("variables are not called missing when the pattern fits none", async () => {
  await using person = await createPerson();
  await person.latchkey(["set", key], { input: "canary-pattern" });
  const { code, stdout, stderr } = await person.latchkey(["env", "--only", "NONE_*"]);
  expect([code, stdout, stderr]).toEqual([3, "", expect.stringContaining("No secret fits")]);
});

test("what is wrong with a file or a name is said in words, with a step that helps", async () => {
  await using person = await createPerson();
  await person.latchkey(["set", key], { input: "canary-words" });
  const told = async (...words: string[]) => {
    const { code, stderr } = await person.latchkey(words, { input: "canary" });
    return [code, stderr];
  };
  expect(await told("import", "none.env")).toEqual([
    7,
    "latchkey: none.env: there is no such file. Check the name and try again.\n",
  ]);
  expect(await told("set", key, "--from-file", ".")).toEqual([
    7,
    expect.stringContaining("--from-file is a folder"),
  ]);
  expect(await told("set", key, "--env", "OTHER")).toEqual([5, expect.stringContaining("latchkey alias")]);
  expect(await told("alias", key, "lower-case")).toEqual([5, expect.stringContaining("OPENAI_API_KEY")]);
});

test("a key whose variable only the lost index knew is taken in again with the variable that the key suggests", async () => {
  await using session = await startTestSession({ keyring: "unlocked" });
  await using person = await createPerson();
  const env = { DBUS_SESSION_BUS_ADDRESS: session.env["DBUS_SESSION_BUS_ADDRESS"] ?? "" };
  const latchkey = (...words: string[]) => person.latchkey(words, { env, input: "canary-install" });
  await latchkey("set", "install.db-password", "--env", "DB_PASSWORD");
  for (const name of ["secrets-index.json", "secrets-index.json.previous"]) {
    await writeFile(join(person.data, name), "{ damaged", { mode: 0o600 });
  }
  expect((await latchkey("recover")).stdout).toContain("Run latchkey recover again");
  expect((await latchkey("recover", "--yes")).code).toBe(0);
  const run = await latchkey("run", "--mask=never", "--", "printenv", "DB_PASSWORD");
  expect(run.stdout).toBe("canary-install\n");
});

test("an environment in which nothing may be done is an error like any other", async () => {
  await using person = await createPerson();
  const { code, stdout } = await person.latchkey(["list", "--json"], { env: { SSLKEYLOGFILE: "keys" } });
  const error = {
    code: "cli.unsafe-environment",
    message: expect.stringContaining("SSLKEYLOGFILE"),
    hint: null,
  };
  expect([code, JSON.parse(stdout)]).toEqual([1, { schemaVersion: 1, ok: false, error }]);
});
