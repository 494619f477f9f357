import { execFile, execFileSync, spawn } from "node:child_process";
import { inspect } from "node:util";
import { AppError } from "@latchkey/api-contracts/errors";
import { expect, test } from "vitest";
import { createRedactor } from "./redactor.ts";
import { scrubError } from "./scrub-error.ts";

const canary = "canary-do/not+print";
const redact = createRedactor([canary]);
const show = (error: unknown) => inspect(error, { depth: Infinity, showHidden: true });

test("message, stack, cause and any further field lose the value, and the error keeps its class", () => {
  const error = Object.assign(
    new AppError("files.failed", { file: canary }, { cause: new TypeError(canary) }),
    {
      input: Buffer.from(canary),
      url: new URL(`https://example.com/?a=${encodeURIComponent(canary)}`),
      options: { headers: new Map([["authorization", `Bearer ${canary}`]]), [canary]: [canary, 7n] },
      print: () => canary,
    },
  );
  const scrubbed = scrubError(error, redact);
  expect([
    show(scrubbed).includes("canary"),
    scrubbed instanceof AppError,
    show(scrubbed).includes("[redacted]"),
  ]).toEqual([false, true, true]);
  expect([
    scrubbed instanceof Error && scrubbed.cause instanceof TypeError,
    error.message.includes(canary),
  ]).toEqual([true, true]);
});

test("the errors of child processes show no value from arguments, input, environment or output", async () => {
  const failed = await new Promise<unknown>((resolve) => {
    execFile("sh", ["-c", `echo ${canary} >&2; exit 1`], (error) => resolve(error));
  });
  const missing = await new Promise<unknown>((resolve) => {
    spawn("/no/such/program", [canary], { stdio: "ignore" }).once("error", resolve);
  });
  const sync = thrownBy(() =>
    execFileSync("sh", ["-c", "cat >&2; exit 1"], { input: canary, stdio: "pipe" }),
  );
  const given = [failed, missing, sync];
  expect(given.map((error) => show(error).includes(canary))).toEqual([true, true, true]);
  const scrubbed = given.map((error) => scrubError(error, redact));
  expect(scrubbed.map((error) => show(error).includes("canary"))).toEqual([false, false, false]);
});

test("bytes that Node shows as numbers are taken out whole", () => {
  const scrubbed = scrubError({ stdout: Buffer.from(`x ${canary}`), other: Buffer.from("fine") }, redact);
  expect(scrubbed).toEqual({ stdout: "[redacted]", other: Buffer.from("fine") });
});

test("cycles, aggregates, frozen errors, throwing getters and things that are no errors pass", () => {
  const cyclic = Object.assign(new Error(canary), { self: {} });
  cyclic.self = { cyclic };
  const aggregate = new AggregateError([Object.freeze(new Error(canary)), cyclic], canary);
  const hostile = Object.defineProperty({}, "x", {
    enumerable: true,
    get() {
      throw new Error(canary);
    },
  });
  const scrubbed = [aggregate, hostile, canary, undefined, null, 7, { deep: nested(50) }].map((thrown) =>
    scrubError(thrown, redact),
  );
  expect([show(scrubbed).includes("canary"), scrubbed.slice(2, 6)]).toEqual([
    false,
    ["[redacted]", undefined, null, 7],
  ]);
});

test("a value that is a number is taken out of numbers", () => {
  expect(scrubError({ pin: 493_817, port: 80 }, createRedactor(["493817"]))).toEqual({
    pin: "[redacted]",
    port: 80,
  });
});

function nested(depth: number): unknown {
  return depth === 0 ? canary : { inner: nested(depth - 1) };
}

function thrownBy(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
