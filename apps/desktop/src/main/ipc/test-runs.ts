import type { CheckReport, TestResult } from "@latchkey/api-contracts/connection-test";
import type { TestConnection, TestTarget } from "@latchkey/connections";
import { app } from "electron";

const tooLong = new Error("too long");

/** The tests under way, by the names that the window gave them. Each of them ends, also when a test throws. */
export function createTestRuns(testConnection: TestConnection) {
  const running = new Map<string, AbortController>();
  return {
    /** @param limitMs after which it has taken too long, whatever the provider allows */
    async run(testId: string, target: TestTarget, limitMs?: number): Promise<TestResult> {
      const controller = new AbortController();
      running.set(testId, controller);
      const cancelled = new Promise<CheckReport>((resolve) => {
        const end = () => resolve(ended(controller.signal.reason === tooLong ? "timeout" : "cancelled"));
        controller.signal.addEventListener("abort", end, { once: true });
      });
      const timer = limitMs === undefined ? undefined : setTimeout(() => controller.abort(tooLong), limitMs);
      try {
        const tested = testConnection(target, controller.signal).catch(() => ended("internal"));
        // A cancelled test answers at once, whatever the other side still does.
        return stamped(await Promise.race([tested, cancelled]));
      } finally {
        clearTimeout(timer);
        running.delete(testId);
      }
    },
    cancel(testId: string): void {
      running.get(testId)?.abort();
    },
  };
}

function ended(cause: "cancelled" | "timeout" | "internal"): CheckReport {
  return { outcome: cause === "cancelled" ? "cancelled" : "failed", cause, steps: [], details: "" };
}

function stamped(report: CheckReport): TestResult {
  return { ...report, checkedAt: new Date().toISOString(), appVersion: app.getVersion() };
}
