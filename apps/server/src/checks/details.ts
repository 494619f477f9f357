import { errorChain, textOf } from "./cause-of-network.ts";

const MAX_BYTES = 4_096;

/** Control characters but for the line break and the tab, and those that turn the direction of a text. */
// oxlint-disable-next-line eslint/no-control-regex -- taking them out is the purpose
const UNSHOWABLE = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;

/**
 * Joins what is known of a failure: redacted as a whole before anything is cut, so that no part of a value stays.
 *
 * **Units** at most 4,096 bytes of UTF-8, cut between characters.
 */
export function toDetails(texts: readonly string[], redact: (text: string) => string): string {
  const shown = redact(texts.filter(Boolean).join("\n")).replaceAll(UNSHOWABLE, "");
  // Once more: what was taken out may have stood within a value.
  const bytes = Buffer.from(redact(shown).trim());
  if (bytes.byteLength <= MAX_BYTES) return bytes.toString();
  return bytes
    .subarray(0, MAX_BYTES)
    .toString()
    .replace(/\ufffd+$/, "");
}

/** An error and its causes, one a line, with their codes. The stack tells a person nothing. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return errorChain(error)
    .map((link) => {
      const code = textOf(link, "code");
      const text = link.message || link.name;
      return code && !text.includes(code) ? `${code}: ${text}` : text;
    })
    .join("\n");
}
