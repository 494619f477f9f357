import { chmod, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { cliData, cliDocument } from "@latchkey/api-contracts/cli";
import { startTestSession } from "@latchkey/test-session";
import { expect, test } from "vitest";
import { createPerson, ended, type Person } from "./support/latchkey.ts";

const key = "provider.openai.api-key";

/** Runs a verb with `--json`, and holds its one document against the contract. */
async function document(person: Person, verb: keyof typeof cliData, words: readonly string[]) {
  const { stdout, code } = await person.latchkey([...words, "--json"]);
  const parsed = cliDocument(cliData[verb]).parse(JSON.parse(stdout));
  return { parsed, code };
}

test("every verb answers --json with one document of its contract", async () => {
  await using person = await createPerson({ keychain: true });
  const dotenv = join(person.folder, ".env");
  const passphrase = join(person.folder, "passphrase");
  const copy = join(person.folder, "copy.age");
  await writeFile(dotenv, "GITHUB_TOKEN=canary-dotenv\nPORT=1\n");
  await writeFile(passphrase, "canary passphrase\n");
  const locked = ["--passphrase-file", passphrase];
  await person.latchkey(["set", key], { input: "canary-json" });
  const asked: [keyof typeof cliData, string[]][] = [
    ["set", ["set", key, "--from-file", passphrase]],
    ["list", ["list", "--used-by"]],
    ["show", ["show", key]],
    ["env", ["env"]],
    ["import", ["import", dotenv, "--plan"]],
    ["import", ["import", dotenv, "--yes"]],
    ["migrate", ["migrate", dotenv, "--yes"]],
    ["migrate", ["migrate"]],
    ["backup", ["backup", copy, ...locked]],
    ["restore", ["restore", copy, "--plan", ...locked]],
    ["restore", ["restore", copy, "--yes", ...locked]],
    ["rehearse", ["rehearse", copy, ...locked]],
    ["rename", ["rename", key, "provider.openai.main"]],
    ["doctor", ["doctor"]],
    ["audit", ["audit"]],
    ["verify", ["audit", "--verify"]],
    ["rm", ["rm", "provider.openai.main", "--yes"]],
  ];
  for (const [verb, words] of asked) {
    const { parsed, code } = await document(person, verb, words);
    expect([words.join(" "), parsed.ok, code]).toEqual([words.join(" "), true, 0]);
  }
  expect(await readFile(dotenv, "utf8")).not.toContain("canary-dotenv");
  const { parsed, code } = await document(person, "show", ["show", key]);
  expect([parsed.ok, code]).toEqual([false, 3]);
}, 60_000);

test("the list tells which connections use a secret, and so does the removal", async () => {
  await using person = await createPerson({ keychain: true });
  await person.latchkey(["set", key], { input: "canary-shared" });
  const record = (id: string, displayName: string) => ({
    id,
    providerId: "openai",
    displayName,
    slug: displayName.toLowerCase(),
    createdAt: "2026-01-02T03:04:05.000Z",
    updatedAt: "2026-01-02T03:04:05.000Z",
    revision: 1,
    fields: {},
    secrets: { "api-key": key },
    references: ["api-key"],
  });
  const connections = [
    record("8d1a4f5e-2f6b-4f0e-9a53-3f2f6f0a7c11", "Main"),
    record("8d1a4f5e-2f6b-4f0e-9a53-3f2f6f0a7c12", "Other"),
  ];
  const file = { version: 1, connections, confirmed: {}, tests: {}, defaultLlm: null };
  await writeFile(join(person.data, "connections.json"), JSON.stringify(file), { mode: 0o600 });
  const { parsed } = await document(person, "list", ["list", "--used-by"]);
  const usedBy = ["Main", "Other"].map((name) => ({ by: "connection", name }));
  expect(parsed).toMatchObject({ ok: true, data: { secrets: [{ key, usedBy }] } });
  const { stdout } = await person.latchkey(["rm", key, "--plan"]);
  expect(stdout).toContain("connection “Main”, connection “Other”");
  const renamed = await person.latchkey(["rename", key, "provider.openai.other"]);
  expect([renamed.code, renamed.stderr]).toEqual([5, expect.stringContaining("connection “Main”")]);
  const after = await document(person, "list", ["list"]);
  expect(after.parsed).toMatchObject({ data: { secrets: [{ key }] } });
});

test("a value on the command line is refused without being quoted", async () => {
  await using person = await createPerson();
  for (const words of [
    [key, "canary-arg"],
    [key, "--canary-arg"],
    [key, "-----BEGIN canary-arg"],
  ]) {
    const { code, stdout, stderr } = await person.latchkey(["set", ...words], { input: "" });
    expect([code, `${stdout}${stderr}`.includes("canary-arg")]).toEqual([2, false]);
    expect(stderr).toContain("--from-file");
  }
  expect(await person.latchkey(["show", "canary-arg"])).toMatchObject({ code: 5 });
  expect((await person.latchkey(["show", "canary-arg"])).stderr).not.toContain("canary-arg");
});

test("the prompt hides the value and shows its length", async () => {
  await using person = await createPerson({ keychain: true });
  const { code, stdout } = await person.onTerminal(["set", key], [["Value of", "canary-typed\r"]]);
  expect([code, stdout.includes("canary"), stdout.includes("************")]).toEqual([0, false, true]);
  const run = await person.latchkey([
    "run",
    "--mask=never",
    "--",
    "node",
    "-p",
    "process.env.PROVIDER_OPENAI_API_KEY",
  ]);
  expect(run.stdout).toBe("canary-typed\n");
  expect((await person.onTerminal(["set", key], [["Value of", "\u0003"]])).code).toBe(130);
});

test("a removal asks on a terminal and needs --yes without one", async () => {
  await using person = await createPerson();
  await person.latchkey(["set", key], { input: "canary-rm" });
  const plan = await document(person, "rm", ["rm", key, "--plan"]);
  expect(plan.parsed).toMatchObject({ ok: true, data: { removed: [], wouldRemove: [key] } });
  expect(await person.latchkey(["rm", key])).toMatchObject({ code: 2 });
  expect((await person.onTerminal(["rm", key], [["Remove", "n"]])).code).toBe(130);
  expect((await person.latchkey(["show", key])).code).toBe(0);
  expect((await person.onTerminal(["rm", key], [["Remove", "y"]])).code).toBe(0);
  expect((await person.latchkey(["show", key])).code).toBe(3);
});

const coloured = (text: string) => text.includes("\u001b[");

test("colours come only on a terminal that wants them", async () => {
  await using person = await createPerson();
  expect(coloured((await person.latchkey(["doctor"])).stdout)).toBe(false);
  expect(coloured((await person.onTerminal(["doctor"])).stdout)).toBe(true);
  expect(coloured((await person.onTerminal(["doctor"], [], { NO_COLOR: "1" })).stdout)).toBe(false);
  expect(coloured((await person.onTerminal(["doctor"], [], { TERM: "dumb" })).stdout)).toBe(false);
  expect(coloured((await person.onTerminal(["doctor", "--no-color"])).stdout)).toBe(false);
});

test("without a keychain the weaker place is named, and the doctor says so", async () => {
  await using person = await createPerson();
  const { code, stderr } = await person.latchkey(["set", key], { input: "canary-weak" });
  expect([code, stderr]).toEqual([0, expect.stringContaining("without protection")]);
  const doctor = await person.latchkey(["doctor"]);
  expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringContaining("no session bus")]);
});

test("a locked keychain is told from an empty one, and the system is asked to unlock it by its own verb alone", async () => {
  await using session = await startTestSession({ keyring: "unlocked" });
  await using person = await createPerson();
  const env = { DBUS_SESSION_BUS_ADDRESS: session.env["DBUS_SESSION_BUS_ADDRESS"] ?? "" };
  const latchkey = (...words: string[]) => person.latchkey(words, { env, input: "canary-unlock" });
  await latchkey("set", key);
  await session.lock();
  const doctor = await latchkey("doctor");
  expect([doctor.code, doctor.stdout]).toEqual([1, expect.stringContaining("latchkey unlock")]);

  await session.answerPrompts("dismiss");
  const dismissed = await latchkey("unlock");
  expect([dismissed.code, dismissed.stderr]).toEqual([4, expect.stringContaining("was dismissed")]);
  await session.answerPrompts("confirm");
  const unlocked = await latchkey("unlock", "--json");
  expect(cliDocument(cliData.unlock).parse(JSON.parse(unlocked.stdout))).toMatchObject({
    ok: true,
    data: { storage: { readable: true } },
  });
});

test("a program gets a secret under its aliases as well", async () => {
  await using person = await createPerson({ keychain: true });
  await person.latchkey(["set", key], { input: "canary-alias" });
  expect((await person.latchkey(["alias", key, "PATH"])).code).toBe(5);
  const { parsed } = await document(person, "alias", ["alias", key, "OPENAI_API_KEY"]);
  const words = "run --only OPENAI_* --mask=never -- printenv OPENAI_API_KEY".split(" ");
  const run = await person.latchkey(words);
  const env = await person.latchkey(["env"]);
  expect([parsed, run.stdout, env.stdout.match(/^\w+_KEY/gm)]).toEqual([
    { schemaVersion: 1, ok: true, data: { key, aliases: ["OPENAI_API_KEY"] } },
    "canary-alias\n",
    ["OPENAI_API_KEY", "PROVIDER_OPENAI_API_KEY"],
  ]);
});

test("entries that no index knows are named by the doctor and taken in again, also after the index was damaged", async () => {
  await using person = await createPerson();
  const index = join(person.data, "secrets-index.json");
  await person.latchkey(["set", key], { input: "canary-lost" });
  for (const file of [index, `${index}.previous`]) await rm(file, { force: true });
  const doctor = await person.latchkey(["doctor"]);
  expect(doctor.stdout).toContain(`(${key})`);
  expect((await person.latchkey(["recover", "--plan"])).stdout).toContain(key);
  const { parsed } = await document(person, "recover", ["recover", "--yes"]);
  expect(parsed).toEqual({ schemaVersion: 1, ok: true, data: { recovered: [key], left: [] } });

  for (const file of [index, `${index}.previous`]) await writeFile(file, "{ not an index");
  const damaged = await person.latchkey(["list"]);
  expect([damaged.code, damaged.stderr]).toEqual([7, expect.stringContaining("Next: latchkey recover")]);
  expect((await person.latchkey(["recover", "--plan"])).stdout).toContain("The index is damaged");
  expect(await readFile(index, "utf8")).toBe("{ not an index");
  expect((await person.latchkey(["recover"])).code).toBe(0);
  const run = await person.latchkey(["run", "--mask=never", "--", "printenv", "PROVIDER_OPENAI_API_KEY"]);
  expect(run.stdout).toBe("canary-lost\n");
});

test("the doctor puts wide modes right", async () => {
  await using person = await createPerson({ keychain: true });
  await person.latchkey(["set", key], { input: "canary-mode" });
  const file = join(person.data, "activity.jsonl");
  await chmod(file, 0o644);
  expect((await person.latchkey(["doctor"])).code).toBe(1);
  expect((await person.latchkey(["doctor", "--fix"])).code).toBe(0);
  expect((await person.latchkey(["doctor"])).code).toBe(0);
});

test("the server runs until it is interrupted", async () => {
  await using person = await createPerson({ keychain: true });
  const child = person.start(["up"]);
  child.stdout?.once("data", () => child.kill("SIGINT"));
  const { code, stderr, stdout } = await ended(child);
  expect([code, stderr, stdout.trim().split("\n").at(-1)]).toEqual([0, "", "Stopping."]);
});

test("the activity log tells what was done several times in a row once, with its number", async () => {
  await using person = await createPerson();
  for (const words of [["list"], ["list"], ["set", key], ["list"]]) {
    await person.latchkey(words, { input: "canary-log" });
  }
  const { stdout } = await person.latchkey(["audit"]);
  expect(
    stdout
      .trim()
      .split("\n")
      .map((line) => line.replace(/^[-\d]+ [:\d]+ {2}/, "")),
  ).toEqual(["app  storage.chosen  done  ×3", `person  secret.set ${key}  done`]);
});

test("a log that is followed gives new entries as they come, one JSON a line", async () => {
  await using person = await createPerson();
  await person.latchkey(["set", key], { input: "canary-follow" });
  const child = person.start(["audit", "--follow", "--json"]);
  let text = "";
  const removed = new Promise<void>((resolve) => {
    child.stdout?.on("data", (piece: Buffer) => {
      text += piece;
      if (text.includes("secret.remove")) resolve();
    });
  });
  await new Promise((resolve) => child.stdout?.once("data", resolve));
  await person.latchkey(["rm", key, "--yes"]);
  await removed;
  child.kill("SIGTERM");
  await new Promise((resolve) => child.once("exit", resolve));
  expect(
    text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).version),
  ).not.toContain(undefined);
});

test("a log that was altered is named by its line, and the doctor says so", async () => {
  await using person = await createPerson();
  await person.latchkey(["set", key], { input: "canary-one" });
  await person.latchkey(["run", "--", "true"]);
  expect(await person.latchkey(["audit", "--verify"])).toMatchObject({ code: 0 });
  const file = join(person.data, "activity.jsonl");
  const text = await readFile(file, "utf8");
  await writeFile(file, text.replace('"actor":"person"', '"actor":"server"'));
  const { parsed, code } = await document(person, "verify", ["audit", "--verify"]);
  expect([code, parsed]).toMatchObject([
    5,
    { data: { isSound: false, problem: { what: "altered", segment: 1, line: 3 } } },
  ]);
  expect((await person.latchkey(["audit", "--verify"])).stdout).toContain("File 1, line 3 was altered");
  expect((await person.latchkey(["doctor"])).stdout).toContain("latchkey audit --verify shows which");
});

test("speaks Russian where the terminal does, and English elsewhere", async () => {
  await using person = await createPerson();
  const say = async (env: Record<string, string>) => (await person.latchkey(["list"], { env })).stdout;
  expect(await say({ LANG: "ru_RU.UTF-8" })).toMatch(/Секретов пока нет/);
  expect(await say({ LC_ALL: "C", LANG: "ru_RU.UTF-8" })).toMatch(/There are no secrets/);
});
