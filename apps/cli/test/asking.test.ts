import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createPerson } from "./support/latchkey.ts";

const key = "provider.openai.api-key";
const isKept = async (person: Awaited<ReturnType<typeof createPerson>>) =>
  (await person.latchkey(["show", key])).code === 0;

test("a question that is left with Ctrl+C, Ctrl+D or Esc changes nothing and says so", async () => {
  await using person = await createPerson();
  for (const leave of ["\u0003", "\u0004", "\u001b"]) {
    const { code, stdout } = await person.onTerminal(["set", key], [["Value of", leave]]);
    expect([leave, code, stdout.includes("Nothing was changed.")]).toEqual([leave, 130, true]);
  }
  expect(await isKept(person)).toBe(false);
  await person.latchkey(["set", key], { input: "canary-stays" });
  for (const [words, question] of [
    [["rm", key], "Remove"],
    [["rm", "--all"], "Remove"],
    [["backup", "copy.age"], "Passphrase"],
  ] as const) {
    expect((await person.onTerminal(words, [[question, "\u0004"]])).code).toBe(130);
  }
  expect(await isKept(person)).toBe(true);
});

test("several lines that are pasted at a question are refused, not cut to the first", async () => {
  await using person = await createPerson();
  const pasted = "canary-line-one\rcanary-line-two\r";
  const { code, stdout } = await person.onTerminal(["set", key], [["Value of", pasted]]);
  expect([code, stdout.includes("canary")]).toEqual([2, false]);
  expect(stdout).toContain(`Next: latchkey set ${key} --from-file FILE`);
  expect(await isKept(person)).toBe(false);
});

test("an empty answer is asked for again", async () => {
  await using person = await createPerson();
  const answers = [
    ["Value of", "\r"],
    ["Enter something", "canary-second\r"],
  ] as const;
  expect((await person.onTerminal(["set", key], answers)).code).toBe(0);
  expect(await isKept(person)).toBe(true);
});

test("what is wrong without the value is told before it is asked for, and a value in the key's place is not shown", async () => {
  await using person = await createPerson();
  for (const [word, code, next] of [
    ["OPENAI_API_KEY", 5, "install.my-token --env MY_TOKEN"],
    ["install.token", 5, "--env NAME"],
    ["install.token=canary-word", 2, "--from-file FILE"],
    ["canary-word", 5, "latchkey list"],
  ] as const) {
    const told = await person.onTerminal(["set", word]);
    expect([word, told.code, told.stdout.includes("Value of")]).toEqual([word, code, false]);
    expect(told.stdout).toContain(next);
    expect(told.stdout).not.toContain("canary");
  }
});

test("an empty passphrase is refused as such", async () => {
  await using person = await createPerson();
  const file = join(person.folder, "empty");
  await writeFile(file, "\n");
  const { code, stderr } = await person.latchkey(["backup", "copy.age", "--passphrase-file", file]);
  expect([code, stderr]).toEqual([2, expect.stringContaining("is empty")]);
});

test("a question has no colours where they are not wanted", async () => {
  await using person = await createPerson();
  await person.latchkey(["set", key], { input: "canary-colour" });
  const asked = async (...words: string[]) =>
    (await person.onTerminal(["rm", key, ...words], [["Remove", "n"]])).stdout.split("\u001b[36m").length - 1;
  expect(await asked()).toBeGreaterThan(0);
  expect(await asked("--no-color")).toBe(0);
});

test("a question names what is about to be done", async () => {
  await using person = await createPerson();
  await writeFile(join(person.folder, ".env"), "GITHUB_TOKEN=canary-asked\n");
  for (const [verb, question] of [
    ["import", "Copy these into Latchkey?"],
    ["migrate", "Move these out of .env into Latchkey?"],
  ] as const) {
    expect((await person.onTerminal([verb, ".env"], [[question, "n"]])).code).toBe(130);
  }
});
