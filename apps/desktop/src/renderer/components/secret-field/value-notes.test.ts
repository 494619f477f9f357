import { MAX_SECRET_BYTES } from "@latchkey/api-contracts/text";
import { expect, test } from "vitest";
import { fixed, isFixable, notesOf } from "./value-notes.ts";

const pem = "-----BEGIN KEY-----\ncanary\n-----END KEY-----";

test.each([
  ["canary", []],
  ["", []],
  ["'", []],
  [" canary", ["edge-space"]],
  ["canary\u00a0", ["edge-space"]],
  ["canary\n", ["edge-line-break"]],
  ["Bearer canary", ["bearer"]],
  ["bearer\tcanary", ["bearer"]],
  ['"canary"', ["quotes"]],
  ["'canary' ", ["quotes", "edge-space"]],
  [pem, ["line-break"]],
  [`${pem}\n`, ["edge-line-break", "line-break"]],
  ["é".repeat(MAX_SECRET_BYTES / 2), []],
  ["é".repeat(MAX_SECRET_BYTES / 2 + 1), ["too-long"]],
])("the notes on %j", (value, notes) => {
  expect(notesOf(value)).toEqual(notes);
});

test.each([" canary ", "canary\r\n\n", "Bearer canary", '"canary"'])(
  "after each fix, the note on %j is gone and the key is left",
  (value) => {
    let rest = value;
    for (const note of notesOf(value)) if (isFixable(note)) rest = fixed(rest, note);
    expect([rest, notesOf(rest)]).toEqual(["canary", []]);
  },
);

test("a fix leaves line breaks inside the value alone", () => {
  expect(fixed(`${pem}\n`, "edge-line-break")).toBe(pem);
});
