import { randomBytes } from "node:crypto";
import { readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@latchkey/api-contracts/errors";
import * as z from "zod";
import { durableCreate } from "../files/durable-write.ts";
import { fileFailed, systemCode } from "../files/file-error.ts";
import { readOwnFile } from "../files/safe-file.ts";
import { unreachable } from "../unreachable.ts";
import type { Cipher } from "./cipher.ts";

/** The data key, wrapped by the host's cipher. */
const KeyDocument = z.strictObject({ version: z.literal(1), wrappedKey: z.base64() });

const keyBytes = 32;
const fileName = "data-key.json";
/** A key that the cipher could not unwrap when another was made; should the system's key return, it opens again. */
const formerName = /^data-key\.\d+\.json$/;

/**
 * The key that seals the entries of a folder. It is random, because the host's cipher may be deterministic and
 * unauthenticated; the cipher only wraps it.
 *
 * Each call rejects with `secrets.unavailable` when the cipher does not work, `files.corrupt`, `files.unsafe` and
 * `files.failed`.
 */
export type DataKey = {
  /** The key; `undefined` when none was made yet, or when the cipher works and cannot unwrap it any more. */
  current(): Promise<Buffer | undefined>;
  /** Keys that were set aside and can be unwrapped now. */
  former(): Promise<readonly Buffer[]>;
  /** The key to seal with. One that cannot be unwrapped any more is set aside for a new one, never removed. */
  forWriting(): Promise<Buffer>;
  /** A throw-away key that the cipher wrapped and unwrapped. */
  trial(): Promise<Buffer>;
  forget(): void;
};

export function createDataKey(place: string, cipher: Cipher): DataKey {
  const path = join(place, fileName);
  let known: Promise<Buffer | undefined> | undefined;
  let asked: Promise<Buffer> | undefined;

  async function current(): Promise<Buffer | undefined> {
    const loading = known ?? load(path);
    known = loading;
    try {
      const key = await loading;
      if (!key && known === loading) known = undefined;
      return key;
    } catch (error) {
      if (known === loading) known = undefined;
      throw error;
    }
  }

  async function load(file: string): Promise<Buffer | undefined> {
    const text = await readOwnFile(file);
    if (text === undefined) return undefined;
    const key = await unwrap(Buffer.from(parse(text).wrappedKey, "base64"));
    // Whether the key is lost or the cipher broken is told by another key.
    if (!key) await trial();
    return key;
  }

  /** The cipher's errors are texts of other programs and are not passed on. */
  async function unwrap(wrapped: Uint8Array): Promise<Buffer | undefined> {
    try {
      const key = Buffer.from(await cipher.decrypt(wrapped), "base64");
      return key.length === keyBytes ? key : undefined;
    } catch {
      return undefined;
    }
  }

  async function wrap(key: Buffer): Promise<Buffer> {
    try {
      return Buffer.from(await cipher.encrypt(key.toString("base64")));
    } catch {
      throw unreachable("safe-storage", "probe-failed");
    }
  }

  async function trial(): Promise<Buffer> {
    const key = randomBytes(keyBytes);
    const unwrapped = await unwrap(await wrap(key));
    if (!unwrapped?.equals(key)) throw unreachable("safe-storage", "probe-failed");
    return key;
  }

  /** Of several processes that make a key, one wins, and all use that one. */
  async function make(): Promise<Buffer | undefined> {
    const wrappedKey = (await wrap(randomBytes(keyBytes))).toString("base64");
    await durableCreate(path, `${JSON.stringify({ version: 1, wrappedKey })}\n`);
    return current();
  }

  async function currentOrNew(): Promise<Buffer> {
    const key = await current();
    if (key) return key;
    await trial();
    await setAside(path, join(place, `data-key.${Date.now()}.json`));
    const made = await make();
    if (!made) throw unreachable("safe-storage", "probe-failed");
    return made;
  }

  return {
    current,
    async former() {
      const names = await readdir(place).catch(() => []);
      const files = names.filter((name) => formerName.test(name));
      const keys = await Promise.all(files.map((name) => load(join(place, name)).catch(() => undefined)));
      return keys.filter((key) => key !== undefined);
    },
    // Of several writes that find no key, one makes it: another would set it aside again.
    forWriting: () => (asked ??= currentOrNew().finally(() => (asked = undefined))),
    trial,
    forget: () => void (known = undefined),
  };
}

async function setAside(path: string, former: string): Promise<void> {
  try {
    await rename(path, former);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw fileFailed(path, "written", error);
  }
}

function parse(text: string): z.infer<typeof KeyDocument> {
  try {
    return KeyDocument.parse(JSON.parse(text));
  } catch {
    throw new AppError("files.corrupt", { file: fileName });
  }
}
