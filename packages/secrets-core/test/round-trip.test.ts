import { execFile } from "node:child_process";
import { access, constants, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import { startTestSession, type TestSession } from "@latchkey/test-session";
import { parse as parseDotenv } from "dotenv";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { newVersion } from "../src/entry-version.ts";
import { createEnvFileBackend } from "../src/env-file/env-file-backend.ts";
import { formatEnvFile, parseEnvFile } from "../src/env-file/env-file-text.ts";
import { createKeychainBackend } from "../src/keychain/keychain-backend.ts";
import { createMemoryBackend } from "../src/memory-backend.ts";
import { createSafeStorageBackend } from "../src/safe-storage/safe-storage-backend.ts";
import type { EntryRef, SecretBackend } from "../src/secret-backend.ts";
import { splitValues } from "../src/split-values.ts";
import { secretText } from "./arbitraries.ts";
import { makeFolder } from "./make-folder.ts";

/** How many values go through each; 100,000 is the published number. */
const count = Number(process.env["SECRETS_CORE_ROUND_TRIPS"] ?? 2_000);
/** Entries that lie in one place at a time, as many as a person may have. */
const batch = 200;
/** How many writes of a batch are under way at a time. */
const together = 8;
const timeout = 60_000 + count * 60;

function sample(seed: number): string[] {
  return fc.sample(secretText, { numRuns: batch, seed });
}

function refOf(i: number): EntryRef {
  return {
    key: SecretKey.parse(`provider.p${i}.token`),
    version: newVersion(),
    envName: EnvName.parse(`PROVIDER_P${i}_TOKEN`),
  };
}

/** Bytes and their key, as a host's cipher would take them. */
const cipher = {
  encrypt: (text: string) => Buffer.from(text).map((byte) => byte ^ 0x5a),
  decrypt: (sealed: Uint8Array) => Buffer.from(sealed.map((byte) => byte ^ 0x5a)).toString(),
  describe: () => ({ isAvailable: true, name: "keychain" }),
};

type Family = [
  name: string,
  create: (folder: string) => SecretBackend | Promise<SecretBackend>,
  divisor: number,
];
const families: Family[] = [
  ["memory", () => createMemoryBackend(), 1],
  ["memory in parts", () => splitValues(createMemoryBackend(), { maxUnits: 16 }), 1],
  // Each write of a file is synchronised to the disk, so fewer of them do for a short run.
  ["safe-storage", (folder) => createSafeStorageBackend({ folder, cipher }), 10],
  ["env-file", (folder) => createEnvFileBackend({ folder }), 10],
  ["the Secret Service", openKeyring, 10],
];

const inMemory = "/dev/shm";
let session: TestSession | undefined;
afterAll(() => session?.stop());

/**
 * A keyring of its own for each batch, in memory where the system has such a folder: the whole of it is written anew
 * with each entry that comes or goes, so it costs less to give it up than to empty it.
 */
async function openKeyring(): Promise<SecretBackend> {
  await session?.stop();
  const parent = await access(inMemory, constants.W_OK).then(
    () => ({ parent: inMemory }),
    () => ({}),
  );
  const started = await startTestSession({ keyring: "unlocked", ...parent });
  session = started;
  return createKeychainBackend({ service: newVersion(), env: () => started.env });
}

test.each(families)(
  "any value comes back byte for byte from %s",
  async (name, create, divisor) => {
    const total = count >= 100_000 ? count : Math.max(batch, Math.ceil(count / divisor));
    let same = 0;
    for (let seed = 0; same < total; seed++) {
      const backend = await create(await makeFolder());
      const values = sample(seed);
      const writes = values.map((value, i) => ({ ref: refOf(i), value }));
      for (let at = 0; at < writes.length; at += together) {
        const some = writes.slice(at, at + together);
        await Promise.all(some.map(({ ref, value }) => backend.write(ref, value)));
      }
      const readings = await backend.read(writes.map(({ ref }) => ref));
      expect(readings).toEqual(values.map((value) => ({ state: "present", value })));
      same += values.length;
      await backend.close();
    }
    expect(same).toBeGreaterThanOrEqual(total);
    if (count >= 100_000) process.stdout.write(`${same} values through ${name}, 0 differences\n`);
  },
  timeout,
);

test(
  "secrets.env is read alike by us, dotenv, Node, a shell and python-dotenv: every name, every value, no other",
  async () => {
    const folder = await makeFolder();
    const path = join(folder, "secrets.env");
    const others = await otherReaders();
    let seen = 0;
    for (let seed = 0; seen < count; seed++) {
      const entries = sample(seed).map((value, i) => ({ ...refOf(i), value }));
      const text = formatEnvFile({ entries, foreign: [] });
      await writeFile(path, text);
      const expected = Object.fromEntries(entries.map(({ envName, value }) => [envName, value]));
      const ours = Object.fromEntries(
        parseEnvFile(text).entries.map(({ envName, value }) => [envName, value]),
      );
      expect(ours).toEqual(expected);
      const read = [
        parseDotenv(text),
        parseEnv(text),
        ...(await Promise.all(others.map((other) => other(path)))),
      ];
      expect(read.map(decoded)).toEqual(read.map(() => expected));
      seen += entries.length;
    }
    expect(seen).toBeGreaterThanOrEqual(count);
    if (count >= 100_000)
      process.stdout.write(`${seen} values of secrets.env read alike by ${others.length + 3} readers\n`);
  },
  timeout,
);

function decoded(read: NodeJS.Dict<string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(read).map(([name, text = ""]) => {
      const isEncoded = text.startsWith("base64:");
      return [name, isEncoded ? Buffer.from(text.slice("base64:".length), "base64").toString() : text];
    }),
  );
}

type Reader = (path: string) => Promise<Record<string, string>>;

/** A POSIX shell, and python-dotenv where it is there. */
async function otherReaders(): Promise<Reader[]> {
  const script = "import dotenv, json, sys; print(json.dumps(dotenv.dotenv_values(sys.argv[1])))";
  const python: Reader = async (path) => parseObject(await output("python3", ["-c", script, path]));
  const shell: Reader = async (path) => {
    // What the file adds to an empty environment, with a NUL after each variable.
    const all = await output("env", [
      "-i",
      "sh",
      "-c",
      'set -a; . "$1"; unset PWD OLDPWD SHLVL _; env -0',
      "sh",
      path,
    ]);
    const pairs = all.split("\0").filter((pair) => pair !== "");
    return Object.fromEntries(
      pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
    );
  };
  const hasPython = await output("python3", ["-c", "import dotenv"]).then(
    () => true,
    () => false,
  );
  return hasPython ? [shell, python] : [shell];
}

function parseObject(text: string): Record<string, string> {
  const parsed: Record<string, string> = JSON.parse(text);
  return parsed;
}

function output(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { maxBuffer: 2 ** 26 }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
  });
}
