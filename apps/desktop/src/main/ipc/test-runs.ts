import type { CheckReport, TestResult } from "@latchkey/api-contracts/connection-test";
import type { TestConnection, TestTarget } from "@latchkey/connections";
import { app } from "electron";

/** The tests under way, by the names that the window gave them. Each of them ends, also when a test throws. */
export function createTestRuns(testConnection: TestConnection) {
  const running = new Map<string, AbortController>();
  return {
    async run(testId: string, target: TestTarget): Promise<TestResult> {
      const controller = new AbortController();
      running.set(testId, controller);
      const cancelled = new Promise<CheckReport>((resolve) => {
        controller.signal.addEventListener("abort", () => resolve(ended("cancelled")), { once: true });
      });
      try {
        const tested = testConnection(target, controller.signal).catch(() => ended("failed"));
        // A cancelled test answers at once, whatever the other side still does.
        return stamped(await Promise.race([tested, cancelled]));
      } finally {
        running.delete(testId);
      }
    },
    cancel(testId: string): void {
      running.get(testId)?.abort();
    },
  };
}

function ended(outcome: "cancelled" | "failed"): CheckReport {
  return { outcome, cause: outcome === "cancelled" ? "cancelled" : "internal", steps: [], details: "" };
}

function stamped(report: CheckReport): TestResult {
  return { ...report, checkedAt: new Date().toISOString(), appVersion: app.getVersion() };
}
