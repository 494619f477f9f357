import type { ErrorData } from "@latchkey/api-contracts/error-data";
import { useRef } from "react";
import { bridge } from "../../data/bridge.ts";
import { keepResult } from "../../data/test-results.ts";
import { asErrorData } from "../../text/error-text.ts";
import type { useTestRun } from "./use-test-run.ts";

/** What is asked for: a new connection, or a change of one. */
export type WantedChange =
  | { readonly create: Parameters<typeof bridge.connections.create>[0] }
  | { readonly update: Parameters<typeof bridge.connections.update>[0] };

export type SavedConnection = Awaited<ReturnType<typeof bridge.connections.create>>;

/** How a save ended: `failing` when the test did not work, and nothing was saved. */
export type SaveOutcome = "saved" | "failing" | ErrorData;

/** Saves after a test that works, or without one when the person has asked for that, also while it runs. */
export function useSave(
  run: ReturnType<typeof useTestRun>,
  onSaved: (saved: SavedConnection) => void | Promise<void>,
) {
  const skipsTest = useRef(false);

  async function save(change: WantedChange, isTested: boolean): Promise<SaveOutcome> {
    skipsTest.current = !isTested;
    try {
      if (isTested) {
        const { result, saved } = await run.follow("save", (testId) =>
          bridge.connections.testAndSave({ testId, ...change }),
        );
        if (saved) keepResult(saved.connection.id, result);
        if (saved) await onSaved(saved);
        if (saved || !skipsTest.current) return saved ? "saved" : "failing";
      }
      run.dismiss();
      await onSaved(await saveNow(change));
      return "saved";
    } catch (thrown) {
      return asErrorData(thrown);
    }
  }
  return {
    save,
    /** Ends the test that the save waits for, and saves. */
    stopTesting: () => {
      skipsTest.current = true;
      run.cancel();
    },
  };
}

async function saveNow(change: WantedChange): Promise<SavedConnection> {
  if ("create" in change) return bridge.connections.create(change.create);
  return { ...(await bridge.connections.update(change.update)), refusal: null };
}
