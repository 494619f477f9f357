import type { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import { EnvName as EnvNameSchema, SecretKey as SecretKeySchema } from "@latchkey/api-contracts/ids";
import { parse } from "dotenv";
import { EntryVersion } from "../entry-version.ts";

const encodedPrefix = "base64:";

/** One assignment of ours, under its marker line. */
export type EnvFileEntry = Readonly<{ key: SecretKey; version: string; envName: EnvName; value: string }>;

/**
 * The content of `secrets.env`: our entries, and whatever else a person wrote, which stays as it is.
 *
 * **Shape** each entry is a marker line `# latchkey <key> <version>` and an assignment. Of two entries of one key the
 * newer comes first: dotenv readers take the last, which is the one in force.
 */
export type EnvFileText = Readonly<{ entries: readonly EnvFileEntry[]; foreign: readonly string[] }>;

const marker = /^# latchkey (\S+) (\S+)$/;
const assignment = /^([A-Z_][A-Z0-9_]*)=(.*)$/;

/** Reads the text of a file. Lines that are not ours are kept apart. */
export function parseEnvFile(text: string): EnvFileText {
  const entries: EnvFileEntry[] = [];
  const foreign: string[] = [];
  const lines = text.split(/\r?\n/);
  for (let i = 0; i < lines.length; i++) {
    const entry = entryAt(lines, i);
    if (entry) {
      entries.push(entry);
      i++;
    } else if (lines[i] !== "" && lines[i] !== header) {
      foreign.push(lines[i] ?? "");
    }
  }
  return { entries, foreign };
}

function entryAt(lines: readonly string[], at: number): EnvFileEntry | undefined {
  const marked = marker.exec(lines[at] ?? "");
  const assigned = marked && assignment.exec(lines[at + 1] ?? "");
  if (!marked || !assigned) return undefined;
  const key = SecretKeySchema.safeParse(marked[1]);
  const version = EntryVersion.safeParse(marked[2]);
  const envName = EnvNameSchema.safeParse(assigned[1]);
  const value = decodeValue(assigned[0], assigned[1] ?? "");
  if (!key.success || !version.success || !envName.success || value === undefined) return undefined;
  return { key: key.data, version: version.data, envName: envName.data, value };
}

const header = "# Written by Latchkey. Values that readers would not read alike stand as base64:<text>.";

/** Writes the text of a file; `parseEnvFile` gives the same back. */
export function formatEnvFile({ entries, foreign }: EnvFileText): string {
  const lines = entries.flatMap(({ key, version, envName, value }) => [
    `# latchkey ${key} ${version}`,
    `${envName}=${encodeValue(value)}`,
  ]);
  return `${[header, ...foreign, ...lines].join("\n")}\n`;
}

/**
 * Quotes a value so that dotenv readers and POSIX shells agree on it, or writes it as `base64:` where no quoting is
 * read alike: control and separator characters, backslashes, both kinds of quote together, and `${`, which some readers
 * expand between any quotes.
 */
export function encodeValue(value: string): string {
  const isPlain = !/[\\`\p{C}\p{Zl}\p{Zp}]|\$\{/u.test(value) && !value.startsWith(encodedPrefix);
  if (isPlain && !value.includes("'")) return `'${value}'`;
  if (isPlain && !/["$!]/.test(value)) return `"${value}"`;
  return `'${encodedPrefix}${Buffer.from(value).toString("base64")}'`;
}

/**
 * The value of one assignment, also of one that a person quoted in another way. Not by Node's `parseEnv`: in Node
 * 20.18 it ends the process at a quote that is not closed by a line break.
 */
function decodeValue(line: string, name: string): string | undefined {
  const text = parse(line)[name];
  if (text === undefined || !text.startsWith(encodedPrefix)) return text;
  return Buffer.from(text.slice(encodedPrefix.length), "base64").toString();
}
