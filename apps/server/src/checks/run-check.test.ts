import { EnvName } from "@latchkey/api-contracts/ids";
import { expect, test } from "vitest";
import { causeOfNetwork } from "./cause-of-network.ts";
import type { CheckContext, CheckModule, Findings } from "./check.ts";
import { runCheck } from "./run-check.ts";

const name = EnvName.parse("PROVIDER_X_TOKEN");
const secrets = new Map([[name, "canary-1"]]);
const redact = (text: string) => text.replaceAll("canary-1", "[redacted]");

function run(
  work: (context: CheckContext) => Promise<Findings>,
  signal = new AbortController().signal,
  timeoutMs = 30_000,
) {
  const check: CheckModule<{ timeoutMs: number }> = {
    steps: ["connect", "auth"],
    run: async (_request, context) => await work(context),
    causeOf: (error) => causeOfNetwork(error) ?? "internal",
  };
  return runCheck(check, { timeoutMs }, { secrets, signal, redact });
}
async function fail(error: unknown): Promise<never> {
  throw error;
}
const endless = new Promise<never>(() => undefined);

test("a check that throws anything is told, without the values in it", async () => {
  const thrown = [
    new Error("no canary-1"),
    "canary-1",
    Object.assign(new Error(""), { code: "ECONNREFUSED" }),
  ];
  const reports = await Promise.all(thrown.map((error) => run(() => fail(error))));
  expect(reports.map(({ cause, details }) => [cause, details])).toEqual([
    ["internal", "no [redacted]"],
    ["internal", "[redacted]"],
    ["refused", "ECONNREFUSED: Error"],
  ]);
});

test("a cancelled check tells the step it was at, and cleans up the last thing first and in haste", async () => {
  const cancel = new AbortController();
  const ends: unknown[] = [];
  const report = await run(async (context) => {
    context.begin("connect");
    context.onEnd((isAborted) => ends.push(["first", isAborted]));
    context.onEnd((isAborted) => ends.push(["second", isAborted]));
    cancel.abort();
    return await endless;
  }, cancel.signal);
  expect(report).toMatchObject({ outcome: "cancelled", cause: "cancelled" });
  expect(report.steps.map(({ outcome }) => outcome)).toEqual(["failed", "skipped"]);
  expect(ends).toEqual([
    ["second", true],
    ["first", true],
  ]);
});

test("what is begun after the end is cleaned up at once", async () => {
  let context: CheckContext | undefined;
  const cancelled = AbortSignal.abort();
  await run((given) => {
    context = given;
    return endless;
  }, cancelled);
  const isAborted = await new Promise((resolve) => context?.onEnd(resolve));
  expect(isAborted).toBe(true);
});

test("a check ends at its limit, also when cleaning up fails or never ends", async () => {
  const report = await run(
    async (context) => {
      context.onEnd(() => endless);
      context.onEnd(() => Promise.reject(new Error("no")));
      return await endless;
    },
    undefined,
    1,
  );
  expect(report).toMatchObject({
    outcome: "failed",
    cause: "timeout",
    details: "There was no end within 1 ms.",
  });
});

test("what a check knows by then is added to the details", async () => {
  const report = await run((context) => {
    context.onDetails(() => `said ${context.secret(name)}`);
    return Promise.reject(new Error("ended"));
  });
  expect(report.details).toBe("ended\nsaid [redacted]");
});
