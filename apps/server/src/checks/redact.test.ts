import { expect, test } from "vitest";
import { toDetails } from "./details.ts";
import { createRedact } from "./redact.ts";
import { createSteps } from "./steps.ts";

const value = "canary+1/ü (x)";

test.each<[string, (text: string) => string]>([
  ["as it is", (text) => text],
  ["JSON-escaped", (text) => JSON.stringify(text).slice(1, -1)],
  ["percent-encoded", encodeURIComponent],
  [
    "percent-encoded in lower case",
    (text) => encodeURIComponent(text).replaceAll(/%../g, (code) => code.toLowerCase()),
  ],
  ["in a web form", (text) => encodeURIComponent(text).replaceAll("%20", "+")],
  ["in hex", (text) => Buffer.from(text).toString("hex")],
  ["in base64", (text) => Buffer.from(text).toString("base64")],
  ["in base64url", (text) => Buffer.from(text).toString("base64url")],
])("a value is taken out %s", (_form, encode) => {
  expect(createRedact([value])(`before ${encode(value)} after`)).toBe("before [redacted] after");
});

test("in base64 a value is found wherever it begins, as in the sign-in of SMTP", () => {
  for (const user of ["a", "ab", "abc", "abcd"]) {
    const plain = Buffer.from(`\0${user}\0${value}\0`).toString("base64");
    const redacted = createRedact([value])(plain);
    const core = Buffer.from(value).toString("base64").slice(4, -4);
    expect([redacted.includes("[redacted]"), redacted.includes(core)]).toEqual([true, false]);
  }
});

test("each line of a key goes on its own, and short lines stay", () => {
  const redact = createRedact(["-----BEGIN KEY-----\ncanary-line-1\nab\n-----END KEY-----"]);
  expect(redact("canary-line-1 ab")).toBe("[redacted] ab");
});

test("of two values that begin alike the longer goes whole, and a short one only where it stands alone", () => {
  expect(createRedact(["canary", "canary-long", "pw"])("canary-long canary pw pwd")).toBe(
    "[redacted] [redacted] [redacted] pwd",
  );
});

test("with no value a text stays as it is", () => {
  expect(createRedact([""])("text")).toBe("text");
});

test("details are redacted before they are cut, at 4,096 bytes between characters", () => {
  const details = toDetails([`${"é".repeat(2_046)}canary-cut`, "more"], createRedact(["canary-cut"]));
  expect([details.includes("can"), Buffer.byteLength(details), details.endsWith("[red")]).toEqual([
    false,
    4_096,
    true,
  ]);
  expect(Buffer.byteLength(toDetails([`x${"é".repeat(4_000)}`], (text) => text))).toBe(4_095);
});

test("details hold no control characters, nor a value that one of them hid", () => {
  const hidden = "\u001b[31mcan\u200eary-1\u0007";
  expect(toDetails([hidden, "", "line\ttwo"], createRedact(["canary-1"]))).toBe("[31m[redacted]\nline\ttwo");
});

test("steps that were not begun are skipped, and the last one begun failed unless all went well", () => {
  const times = [0, 5.4, 20, 31];
  const steps = createSteps(["read-key", "dns", "connect", "auth"], () => times.shift() ?? 31);
  steps.begin("dns");
  steps.begin("connect");
  steps.begin("connect");
  expect(steps.end(false)).toEqual([
    { name: "read-key", outcome: "skipped", durationMs: 0 },
    { name: "dns", outcome: "done", durationMs: 5 },
    { name: "connect", outcome: "failed", durationMs: 15 },
    { name: "auth", outcome: "skipped", durationMs: 0 },
  ]);
  expect(steps.end(true)[2]?.outcome).toBe("done");
});
