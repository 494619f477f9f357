import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createPerson } from "./support/latchkey.ts";

const key = "provider.openai.api-key";
const variable = "OPENAI_API_KEY";

test("what is taken from a dotenv file reaches programs under the name it had there", async () => {
  await using person = await createPerson();
  const dotenv = join(person.folder, ".env");
  const values = { [variable]: "canary-openai", GITHUB_TOKEN: "canary-github", APP_SALT: "canary-salt" };
  const text = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
  await writeFile(dotenv, text.join(""));
  await person.latchkey(["import", dotenv, "--yes"]);
  const show = `process.stdout.write(JSON.stringify(${JSON.stringify(Object.keys(values))}.map((n) => process.env[n])))`;
  const { stdout } = await person.latchkey(["run", "--mask=never", "--", "node", "-e", show]);
  expect(JSON.parse(stdout)).toEqual(Object.values(values));
});

test("a variable that is not taken from a dotenv file is named with the reason", async () => {
  await using person = await createPerson();
  const dotenv = join(person.folder, ".env");
  await writeFile(dotenv, `PATH=/canary\nEMPTY_TOKEN=\n${variable}=canary-taken\n`);
  const plan = await person.latchkey(["import", dotenv, "--plan"]);
  expect(plan.stdout).toMatch(/^PATH .*refuse: this name changes how programs run$/m);
  const { stdout, stderr } = await person.latchkey(["migrate", dotenv, "--yes"]);
  expect(stdout).toMatch(/^EMPTY_TOKEN .*refused, its value is empty or not text$/m);
  expect(stdout).toMatch(/^OPENAI_API_KEY .*copied, taken out of the file$/m);
  expect(stderr).toContain("ends in .before-latchkey");
  expect(await readFile(`${dotenv}.before-latchkey`, "utf8")).toContain("canary-taken");
});

test("a variable of a dotenv file that programs cannot get under its name is told with the one they get", async () => {
  await using person = await createPerson();
  const dotenv = join(person.folder, ".env");
  await writeFile(dotenv, `lower=canary-lower\nGITHUB_TOKEN=canary-github\n`);
  const { stderr } = await person.latchkey(["import", dotenv, "--yes"]);
  expect(stderr).toBe("lower: programs get it as LOWER, because a variable of that name cannot be had.\n");
});

test("a renamed secret keeps its further variables", async () => {
  await using person = await createPerson();
  await person.latchkey(["set", key], { input: "canary-renamed" });
  await person.latchkey(["alias", key, variable]);
  expect((await person.latchkey(["rename", key, key])).code).toBe(2);
  expect((await person.latchkey(["rename", key, "provider.openai.main"])).code).toBe(0);
  const run = await person.latchkey(["run", "--mask=never", "--", "printenv", variable]);
  expect(run.stdout).toBe("canary-renamed\n");
});

test("a removal of several needs the name that its plan shows, and all are removed only when nothing else is named", async () => {
  await using person = await createPerson();
  for (const name of [key, "provider.openai.other"]) {
    await person.latchkey(["set", name], { input: "canary-several" });
  }
  expect((await person.latchkey(["rm", "--all", key, "--confirm=all"])).code).toBe(2);
  const wrong = await person.latchkey(["rm", "--all", "--confirm=some"]);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("--confirm has another name")]);
  const plan = await person.latchkey(["rm", "--all", "--plan"]);
  const [confirm = ""] = /--confirm=\S+/.exec(plan.stdout) ?? [];
  expect((await person.latchkey(["rm", "--all", confirm])).code).toBe(0);
  expect((await person.latchkey(["list"])).stdout).toContain("There are no secrets yet");
});

test("a restore tells what came back, and asks nothing when all is there", async () => {
  await using person = await createPerson();
  const passphrase = join(person.folder, "passphrase");
  await writeFile(passphrase, "canary passphrase");
  const locked = ["copy.age", "--passphrase-file", passphrase];
  await person.latchkey(["set", key], { input: "canary-restored" });
  await person.latchkey(["backup", ...locked]);
  expect(await person.latchkey(["restore", ...locked])).toMatchObject({
    code: 0,
    stdout: expect.stringContaining("Nothing to do."),
  });
  await person.latchkey(["rm", key, "--yes"]);
  const { stdout } = await person.latchkey(["restore", ...locked, "--yes"]);
  expect(stdout).toMatch(/^provider\.openai\.api-key\s+restored$/m);
});

test("a move into the keychain that is not there says why nothing can move", async () => {
  await using person = await createPerson();
  await person.latchkey(["set", key], { input: "canary-weak" });
  const { stdout } = await person.latchkey(["migrate"]);
  expect(stdout).toContain("because there is no session bus");
});
