import type { TestResult } from "@latchkey/api-contracts/connection-test";
import type { ConnectionDraft } from "@latchkey/api-contracts/connections";
import type { ErrorData } from "@latchkey/api-contracts/error-data";
import type { ConnectionId } from "@latchkey/api-contracts/ids";
import { useCallback, useEffect, useRef, useState } from "react";
import { bridge } from "../../data/bridge.ts";
import { keepResult } from "../../data/test-results.ts";
import { asErrorData } from "../../text/error-text.ts";

export type TestTarget = { readonly id: ConnectionId } | ConnectionDraft;

/** Why a test runs: to see, or before a save. */
export type TestPurpose = "see" | "save";

/** Where a test stands. It always ends: with a result, or with an error of the call itself. */
export type TestState =
  | { readonly status: "none" }
  | { readonly status: "running"; readonly purpose: TestPurpose; readonly startedAt: number }
  | { readonly status: "ended"; readonly purpose: TestPurpose; readonly result: TestResult }
  | { readonly status: "error"; readonly error: ErrorData };

/**
 * Runs one test at a time; a new one, and leaving the screen, cancel the one before. What was typed is in no state.
 * `first` is how the last test ended, to begin with.
 */
export function useTestRun(first: TestResult | undefined) {
  const [state, setState] = useState<TestState>(
    first ? { status: "ended", purpose: "see", result: first } : { status: "none" },
  );
  const current = useRef<string>(undefined);

  const cancel = useCallback(() => {
    const testId = current.current;
    if (testId) void bridge.connections.cancelTest({ testId }).catch(() => undefined);
  }, []);

  /** Shows how the test in a call goes and ends. A call that failed shows nothing, and throws. */
  const follow = useCallback(
    async <T extends { readonly result: TestResult }>(
      purpose: TestPurpose,
      call: (testId: string) => Promise<T>,
    ): Promise<T> => {
      cancel();
      const testId = crypto.randomUUID();
      current.current = testId;
      setState({ status: "running", purpose, startedAt: Date.now() });
      let next: TestState = { status: "none" };
      try {
        const answer = await call(testId);
        next = { status: "ended", purpose, result: answer.result };
        return answer;
      } finally {
        if (current.current === testId) {
          current.current = undefined;
          setState(next);
        }
      }
    },
    [cancel],
  );

  const start = useCallback(
    async (target: TestTarget): Promise<void> => {
      try {
        const { result } = await follow("see", (testId) => bridge.connections.test({ testId, target }));
        if (!("providerId" in target)) keepResult(target.id, result);
      } catch (thrown) {
        setState({ status: "error", error: asErrorData(thrown) });
      }
    },
    [follow],
  );
  useEffect(
    () => () => {
      cancel();
      current.current = undefined;
    },
    [cancel],
  );
  return { state, start, follow, cancel, dismiss: () => setState({ status: "none" }) };
}
