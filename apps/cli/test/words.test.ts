import { execFile } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { createPerson } from "./support/latchkey.ts";

const key = "provider.openai.api-key";

test("without a word, with help and with --help the same help comes", async () => {
  await using person = await createPerson();
  const [help, ...others] = await Promise.all(
    [["--help"], [], ["help"]].map((words) => person.latchkey(words)),
  );
  expect(others).toEqual([help, help]);
  expect(help).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("To begin:") });
  const widths = (help?.stdout ?? "").split("\n").map((line) => line.length);
  expect(Math.max(...widths)).toBeLessThanOrEqual(80);
  expect(await person.latchkey(["help", "set"])).toEqual(await person.latchkey(["set", "--help"]));
});

test("a wrong word is answered with the right one where there is one, and is never quoted", async () => {
  await using person = await createPerson();
  for (const [words, told] of [
    [["lst"], "There is no such command. Next: latchkey list"],
    [["canary"], "There is no such command. Next: latchkey --help"],
    [["canary\n(Did you mean canary?)"], "There is no such command. Next: latchkey --help"],
    [["help", "canary"], "There is no such command. Next: latchkey --help"],
    [["list", "--used-bi"], "There is no such option here. Next: latchkey list --used-by"],
    [["show"], "This is missing: <key>. Next: latchkey show --help"],
    [["audit", "-f", "--verify"], "These options exclude each other. Next: latchkey audit --help"],
    [
      ["completion", "canary"],
      "One of these words is needed: bash, zsh, fish, powershell. Next: latchkey completion --help",
    ],
  ] as const) {
    expect(await person.latchkey(words)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: `latchkey: ${told}\n`,
    });
  }
});

test("bash completes verbs, options, keys, files and programs, never a value", async () => {
  await using person = await createPerson();
  await person.latchkey(["set", key], { input: "canary-complete" });
  await writeFile(join(person.folder, "file.env"), "");
  await mkdir(join(person.folder, "bin"));
  await symlink(join(import.meta.dirname, "../dist/latchkey.cjs"), join(person.folder, "bin", "latchkey"));
  const script = (await person.latchkey(["completion", "bash"])).stdout;
  const complete = async (...words: string[]) => {
    const line = words.map((word) => `'${word}'`).join(" ");
    // As bash calls it; without a line being edited, files come from the part for shells without `compopt`.
    const call = `${script}\nCOMP_WORDS=(latchkey ${line}); COMP_CWORD=${words.length}; _latchkey; echo "\${COMPREPLY[@]}"`;
    const env = { ...person.env, PATH: `${join(person.folder, "bin")}:${person.env["PATH"]}` };
    const { stdout } = await promisify(execFile)("bash", ["-c", call], { env, cwd: person.folder });
    // A program may lie in several folders; the shell shows it once.
    return [...new Set(stdout.trim().split(" "))].join(" ");
  };
  expect(await complete("re")).toBe("rename restore rehearse recover");
  for (const words of [["show"], ["rm", key], ["env", "--only"], ["run", "--only"]]) {
    expect([words, await complete(...words, "prov")]).toEqual([words, key]);
  }
  expect(await complete("list", "--us")).toBe("--used-by");
  expect(await complete("import", "file")).toBe("file.env");
  expect(await complete("backup", "--passphrase-file", "file")).toBe("file.env");
  expect(await complete("run", "")).toBe("--");
  expect(await complete("run", "--mask", "al")).toBe("always");
  expect(await complete("run", "--", "printen")).toBe("printenv");
  expect(await complete("run", "--", "cat", "file")).toBe("file.env");
  expect(await complete("help", "reh")).toBe("rehearse");
});

test("each shell gets a script that knows the verbs and asks for the keys", async () => {
  await using person = await createPerson();
  for (const shell of ["bash", "zsh", "fish", "powershell"]) {
    const { code, stdout } = await person.latchkey(["completion", shell]);
    expect([shell, code]).toEqual([shell, 0]);
    for (const part of ["latchkey __keys", "rehearse", "passphrase-file"]) expect(stdout).toContain(part);
  }
});
