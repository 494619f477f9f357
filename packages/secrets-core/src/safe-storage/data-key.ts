import { randomBytes } from "node:crypto";
import { AppError } from "@latchkey/api-contracts/errors";
import * as z from "zod";
import { durableCreate } from "../files/durable-write.ts";
import { readOwnFile } from "../files/safe-file.ts";
import { unreachable } from "../unreachable.ts";
import type { Cipher } from "./cipher.ts";

/** The data key, wrapped by the host's cipher. */
const KeyDocument = z.strictObject({ version: z.literal(1), wrappedKey: z.base64() });

const keyBytes = 32;

/**
 * The key that seals the entries of a folder. It is random, because the host's cipher may be deterministic and
 * unauthenticated; the cipher only wraps it.
 */
export type DataKey = {
  /**
   * The key; `undefined` when none was made yet and none is to be made.
   *
   * @throws `secrets.unavailable`, `files.corrupt`, `files.unsafe`, `files.failed`
   */
  open(options: { create: boolean }): Promise<Buffer | undefined>;
  forget(): void;
};

export function createDataKey(path: string, cipher: Cipher): DataKey {
  let known: Promise<Buffer | undefined> | undefined;

  async function load(): Promise<Buffer | undefined> {
    const text = await readOwnFile(path);
    return text === undefined ? undefined : unwrap(text);
  }

  /** Of several processes that make a key, one wins, and all use that one. */
  async function make(): Promise<Buffer | undefined> {
    const wrapped = await ask(() => cipher.encrypt(randomBytes(keyBytes).toString("base64")));
    const wrappedKey = Buffer.from(wrapped).toString("base64");
    await durableCreate(path, `${JSON.stringify({ version: 1, wrappedKey })}\n`);
    return load();
  }

  async function unwrap(text: string): Promise<Buffer> {
    const { wrappedKey } = parse(text);
    const plain = await ask(() => cipher.decrypt(Buffer.from(wrappedKey, "base64")));
    const key = Buffer.from(plain, "base64");
    if (key.length !== keyBytes) throw unreachable("safe-storage", "probe-failed");
    return key;
  }

  return {
    async open({ create }) {
      const asked = known ?? load();
      known = asked;
      try {
        const key = await asked;
        if (key || !create) {
          if (!key && known === asked) known = undefined;
          return key;
        }
        if (known === asked) known = make();
        return await known;
      } catch (error) {
        known = undefined;
        throw error;
      }
    },
    forget: () => void (known = undefined),
  };

  function parse(text: string): z.infer<typeof KeyDocument> {
    try {
      return KeyDocument.parse(JSON.parse(text));
    } catch {
      throw new AppError("files.corrupt", { file: "data-key.json" });
    }
  }
}

/** The cipher's errors are texts of other programs and are not passed on. */
async function ask<T>(call: () => T | Promise<T>): Promise<T> {
  try {
    return await call();
  } catch {
    throw unreachable("safe-storage", "probe-failed");
  }
}
