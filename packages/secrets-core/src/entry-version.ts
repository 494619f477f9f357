import { randomBytes } from "node:crypto";
import * as z from "zod";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/** The form of an entry's version; a part of a split value has its number after a dot. */
export const EntryVersion = z.string().regex(/^[a-z0-9]{12}(?:\.[0-9]{1,5})?$/);

/** A version that was never used before: 60 random bits, so that a late clean-up cannot hit a newer value. */
export function newVersion(): string {
  return Array.from(randomBytes(12), (byte) => ALPHABET[byte & 31]).join("");
}
