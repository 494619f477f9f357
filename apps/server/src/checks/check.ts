import type { CauseClass, CheckReport, TestStepName } from "@latchkey/api-contracts/connection-test";
import type { EnvName } from "@latchkey/api-contracts/ids";

/** What a check that went well found beyond its steps. */
export type Findings = Pick<CheckReport, "tools">;

/** What a check works with. */
export type CheckContext = {
  /** The next step begins, and the one before is done. */
  begin: (step: TestStepName) => void;
  /** The value of a name that the request may use. */
  secret: (name: EnvName) => string;
  /** Called at the end, the last one first; `isAborted` when nobody waits for a polite end. */
  onEnd: (cleanUp: (isAborted: boolean) => unknown) => void;
  /** Read when the check has failed: what else is known by then. */
  onDetails: (read: () => string) => void;
};

/** One protocol. */
export type CheckModule<R> = {
  /** All its steps in order; one that is never begun is reported as skipped. */
  steps: readonly TestStepName[];
  run: (request: R, context: CheckContext) => Promise<Findings>;
  causeOf: (error: unknown) => CauseClass;
};

/** A failure whose cause the check knows itself. The message becomes part of the details. */
export class CheckFailure extends Error {
  readonly causeClass: CauseClass;
  readonly hostKey: CheckReport["hostKey"];

  constructor(
    causeClass: CauseClass,
    message: string,
    { cause, hostKey }: { cause?: unknown; hostKey?: NonNullable<CheckReport["hostKey"]> } = {},
  ) {
    super(message, { cause });
    this.name = "CheckFailure";
    this.causeClass = causeClass;
    this.hostKey = hostKey;
  }
}
