import type { TestResult } from "@latchkey/api-contracts/connection-test";
import type { Connection } from "@latchkey/api-contracts/connections";

const results = new Map<Connection["id"], TestResult>();

/** Keeps all that a test of a saved connection told, for as long as the window lives. */
export function keepResult(id: Connection["id"], result: TestResult): void {
  results.set(id, result);
}

/** How the last test of a connection went; `undefined` when it has changed since, or was tested elsewhere. */
export function lastResultOf({ id, lastTest }: Connection): TestResult | undefined {
  const result = results.get(id);
  return result && result.checkedAt === lastTest?.checkedAt ? result : undefined;
}
