import { parseEnv } from "node:util";
import { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import { parse as parseDotenv } from "dotenv";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { secretKey, secretText } from "../../test/arbitraries.ts";
import { newVersion } from "../entry-version.ts";
import { mapToEnvName } from "../env/env-mapping.ts";
import { type EnvFileEntry, formatEnvFile, parseEnvFile } from "./env-file-text.ts";

const entry = fc.tuple(secretKey, secretText).map(
  ([key, value]): EnvFileEntry => ({
    key: SecretKey.parse(key),
    version: newVersion(),
    envName: EnvName.parse(mapToEnvName(key, { appId: "latchkey" })),
    value,
  }),
);
const entries = fc.uniqueArray(entry, { maxLength: 8, selector: ({ envName }) => envName });

function decode(value: string | undefined): string | undefined {
  if (!value?.startsWith("base64:")) return value;
  return Buffer.from(value.slice("base64:".length), "base64").toString();
}

test("what is written is read back, whatever the values", () => {
  const property = fc.property(entries, (entries) => {
    expect(parseEnvFile(formatEnvFile({ entries, foreign: [] }))).toEqual({ entries, foreign: [] });
  });
  fc.assert(property, { numRuns: 300 });
});

test.each([
  ["dotenv", (text: string) => parseDotenv(text)],
  ["node:util parseEnv", (text: string) => parseEnv(text)],
])("%s reads the same names and values, and no other", (_, read) => {
  const property = fc.property(entries, (entries) => {
    const found = read(formatEnvFile({ entries, foreign: [] }));
    const decoded = Object.entries(found).map(([name, value]) => [name, decode(value)]);
    expect(Object.fromEntries(decoded)).toEqual(
      Object.fromEntries(entries.map(({ envName, value }) => [envName, value])),
    );
  });
  fc.assert(property, { numRuns: 300 });
});

test("ordinary values stand in the file as they are", () => {
  const text = formatEnvFile({
    entries: [
      { ...sample("provider.a.token"), value: "canary-abc/+=$HOME#!" },
      { ...sample("provider.b.token"), value: "canary it's" },
      { ...sample("provider.c.token"), value: "line\nline" },
    ],
    foreign: [],
  });
  expect(text.split("\n").filter((line) => line.startsWith("PROVIDER_"))).toEqual([
    "PROVIDER_A_TOKEN='canary-abc/+=$HOME#!'",
    `PROVIDER_B_TOKEN="canary it's"`,
    "PROVIDER_C_TOKEN='base64:bGluZQpsaW5l'",
  ]);
});

test("lines that a person wrote stay", () => {
  const text = "# my own\nEXTRA=1\n";
  const { entries, foreign } = parseEnvFile(text);
  expect([entries, foreign]).toEqual([[], ["# my own", "EXTRA=1"]]);
  expect(parseEnvFile(formatEnvFile({ entries: [sample("provider.a.token")], foreign })).foreign).toEqual(
    foreign,
  );
});

test("a value that a person changed by hand is read", () => {
  const [before] = [sample("provider.a.token")];
  const edited = formatEnvFile({ entries: [before], foreign: [] }).replace("'canary-value'", "canary-edited");
  expect(parseEnvFile(edited).entries).toEqual([{ ...before, value: "canary-edited" }]);
});

test("while a value is being changed, dotenv readers see the one in force", () => {
  const [next, former] = [
    { ...sample("provider.a.token"), value: "canary-next" },
    { ...sample("provider.a.token"), value: "canary-former" },
  ];
  const text = formatEnvFile({ entries: [next, former], foreign: [] });
  expect([parseDotenv(text), parseEnv(text)]).toEqual([
    { PROVIDER_A_TOKEN: "canary-former" },
    { PROVIDER_A_TOKEN: "canary-former" },
  ]);
});

function sample(key: string): EnvFileEntry {
  const envName = mapToEnvName(key, { appId: "latchkey" });
  return { key: SecretKey.parse(key), version: newVersion(), envName, value: "canary-value" };
}
