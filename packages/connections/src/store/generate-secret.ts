import { randomInt, randomUUID } from "node:crypto";
import type { SecretGeneration } from "@latchkey/api-contracts/providers";

const digits = "0123456789";
const letters = "abcdefghijklmnopqrstuvwxyz";
const alphabets = {
  hex: `${digits}abcdef`,
  "letters-digits": digits + letters + letters.toUpperCase(),
  base64url: `${digits}${letters}${letters.toUpperCase()}-_`,
} as const;

/** A new value as a field declares it, from the random source of the system. */
export function generateSecret(wanted: SecretGeneration): string {
  if ("uuid" in wanted) return randomUUID();
  const alphabet = alphabets[wanted.alphabet];
  return Array.from({ length: wanted.length }, () => alphabet[randomInt(alphabet.length)]).join("");
}
