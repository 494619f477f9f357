import { createHash } from "node:crypto";

/** The longest id that passes as it is. **Units** characters. */
const maxPlainLength = 64;

/** How much of a foreign id stays readable before its hash. **Units** characters. */
const maxStemLength = 40;

const plainSegment = /^[a-z0-9]([a-z0-9_-]*[a-z0-9])?$/;

/** The ending that only this function gives: an id that has it already must not pass for the id it was made from. */
const hashedEnding = /--[a-z2-7]{16}$/;

const base32 = "abcdefghijklmnopqrstuvwxyz234567";

/**
 * One segment of a secret key for any id, of an extension or a provider for example. An id that is a segment already
 * passes as it is; whenever information is lost, and for ids that end like a result of this function, `--` and the
 * first 80 bits of the SHA-256 of the id follow what can be read of it.
 *
 * **Shape** `github` gives `github`; `@acme/GitHub` gives `acme-github--` and 16 characters of `a-z2-7`.
 * @see docs/env-mapping.md
 */
export function segmentFromId(id: string): string {
  if (id.length <= maxPlainLength && plainSegment.test(id) && !hashedEnding.test(id)) return id;
  const stem = id
    .replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replaceAll(/[^a-z0-9_-]+/g, "-")
    .replace(/^[_-]+/, "")
    .slice(0, maxStemLength)
    .replace(/[_-]+$/, "");
  return `${stem === "" ? "id" : stem}--${shortHash(id)}`;
}

function shortHash(id: string): string {
  const digest = createHash("sha256").update(encodeText(id)).digest();
  const bits = BigInt(`0x${digest.subarray(0, 10).toString("hex")}`);
  return Array.from({ length: 16 }, (_, i) => base32[Number((bits >> BigInt(75 - 5 * i)) & 31n)]).join("");
}

/** UTF-8; half of a surrogate pair counts as a character of its own, so that no two ids have the same bytes. */
function encodeText(text: string): Buffer {
  return Buffer.concat(
    Array.from(text, (character) => {
      const code = character.codePointAt(0) ?? 0;
      if (code < 0xd800 || code > 0xdfff) return Buffer.from(character);
      return Buffer.from([0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]);
    }),
  );
}
