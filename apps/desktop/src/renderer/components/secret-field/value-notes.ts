import { MAX_SECRET_BYTES } from "@latchkey/api-contracts/text";

/** What is odd about a typed value. None of them is an error, except that a value can be too long. */
export type ValueNote =
  | "edge-space"
  | "edge-line-break"
  | "line-break"
  | "bearer"
  | "quotes"
  | "unexpected-prefix"
  | "too-long";
export type FixableNote = Exclude<ValueNote, "line-break" | "unexpected-prefix" | "too-long">;

const EDGE_LINE_BREAK = /^[ \t]*[\r\n]|[\r\n][ \t]*$/;
const EDGE_SPACE = /^[^\S\r\n]|[^\S\r\n]$/;
const BEARER = /^\s*bearer\s+/i;
const QUOTES = /^\s*(["'`])([\s\S]*)\1\s*$/;

/** **Units** bytes of UTF-8, which is what the storage counts. */
export function byteLengthOf(value: string): number {
  return new TextEncoder().encode(value).byteLength;
}

/** The notes on a value, in the order in which they are shown. `prefix` is how such values usually begin. */
export function notesOf(value: string, prefix = ""): ValueNote[] {
  const found: [ValueNote, boolean][] = [
    ["bearer", BEARER.test(value)],
    ["quotes", QUOTES.test(value) && value.trim().length > 1],
    ["edge-line-break", EDGE_LINE_BREAK.test(value)],
    ["edge-space", EDGE_SPACE.test(value)],
    ["line-break", /[\r\n]/.test(value.trim())],
    ["unexpected-prefix", value !== "" && !value.startsWith(prefix)],
    ["too-long", byteLengthOf(value) > MAX_SECRET_BYTES],
  ];
  return found.flatMap(([note, isFound]) => (isFound ? [note] : []));
}

const fixes: Record<FixableNote, (value: string) => string> = {
  bearer: (value) => value.replace(BEARER, ""),
  quotes: (value) => value.replace(QUOTES, "$2"),
  "edge-line-break": (value) => value.replace(/^([ \t]*[\r\n])+|([\r\n][ \t]*)+$/g, ""),
  "edge-space": (value) => value.replace(/^[^\S\r\n]+|[^\S\r\n]+$/g, ""),
};

/** The value without what a note is about. Only ever done when the person asks for it. */
export function fixed(value: string, note: FixableNote): string {
  return fixes[note](value);
}

/** Whether the person can have the app take the odd part away. */
export function isFixable(note: ValueNote): note is FixableNote {
  return note !== "line-break" && note !== "unexpected-prefix" && note !== "too-long";
}
