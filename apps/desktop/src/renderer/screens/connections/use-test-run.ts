import type { TestResult } from "@latchkey/api-contracts/connection-test";
import type { ConnectionDraft } from "@latchkey/api-contracts/connections";
import type { ErrorData } from "@latchkey/api-contracts/error-data";
import type { ConnectionId } from "@latchkey/api-contracts/ids";
import { useCallback, useEffect, useRef, useState } from "react";
import { bridge } from "../../data/bridge.ts";
import { asErrorData } from "../../text/error-text.ts";

export type TestTarget = { readonly id: ConnectionId } | ConnectionDraft;

/** Where a test stands. It always ends: with a result, or with an error of the call itself. */
export type TestState =
  | { readonly status: "none" }
  | { readonly status: "running"; readonly startedAt: number }
  | { readonly status: "ended"; readonly result: TestResult }
  | { readonly status: "error"; readonly error: ErrorData };

/** Runs one test at a time; a new one, and leaving the screen, cancel the one before. What was typed is in no state. */
export function useTestRun() {
  const [state, setState] = useState<TestState>({ status: "none" });
  const current = useRef<string>(undefined);

  const cancel = useCallback(() => {
    const testId = current.current;
    if (testId) void bridge.connections.cancelTest({ testId }).catch(() => undefined);
  }, []);

  const start = useCallback(
    async (target: TestTarget) => {
      cancel();
      const testId = crypto.randomUUID();
      current.current = testId;
      setState({ status: "running", startedAt: Date.now() });
      const next = await bridge.connections.test({ testId, target }).then(
        ({ result }): TestState => ({ status: "ended", result }),
        (error: unknown): TestState => ({ status: "error", error: asErrorData(error) }),
      );
      if (current.current !== testId) return;
      current.current = undefined;
      setState(next);
    },
    [cancel],
  );
  useEffect(
    () => () => {
      cancel();
      current.current = undefined;
    },
    [cancel],
  );
  return { state, start, cancel, dismiss: () => setState({ status: "none" }) };
}
