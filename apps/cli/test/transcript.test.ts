import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { startTestSession } from "@latchkey/test-session";
import { expect, test } from "vitest";
import { createPerson } from "./support/latchkey.ts";

const file = join(import.meta.dirname, "../../../docs/cli-transcript.md");

/** What a new person types, in order; the text after `<` is standard input. */
const session: readonly (readonly [words: string, input?: string])[] = [
  ["--help"],
  ["list"],
  ["set provider.openai.api-key", "canary-not-a-real-key\n"],
  ["set provider.openai.api-key canary-on-the-command-line"],
  ["get provider.openai.api-key"],
  ["env"],
  ["run -- sh -c 'echo $PROVIDER_OPENAI_API_KEY'"],
  ["run echo"],
  ["run -- no-such-program"],
  ["show provider.other.key"],
  ["lst"],
  ["doctor"],
  ["list --usedby"],
  ["import none.env"],
  ["rm provider.openai.api-key"],
  ["rm provider.openai.api-key --yes"],
];

test("the transcript in the docs is what the command prints", async () => {
  // The doctor names what other persons of a session keep, so this one has a session alone.
  await using desktop = await startTestSession({ keyring: "unlocked" });
  await using person = await createPerson();
  const env = { DBUS_SESSION_BUS_ADDRESS: desktop.env["DBUS_SESSION_BUS_ADDRESS"] ?? "" };
  const parts: string[] = [];
  for (const [line, input] of session) {
    const words = [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
    const { code, stdout, stderr } = await person.latchkey(words, { input: input ?? "", env });
    const shown = `${stdout}${stderr}`.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, "2026-01-02 03:04");
    parts.push(`$ latchkey ${line}${input ? " < value" : ""}\n${shown}[${code}]\n`);
  }
  const text = `# What a new person sees\n\nWritten by a test. The number in brackets is the exit code.\n\n\`\`\`text\n${parts.join("\n")}\`\`\`\n`;
  if (process.env["UPDATE_TRANSCRIPT"]) await writeFile(file, text);
  expect(text).toBe(await readFile(file, "utf8"));
});
