import type { CliErrorCode } from "@latchkey/api-contracts/cli";

/** An error of the command line itself. Its message is in the person's language already and quotes no input. */
export class CliFailure extends Error {
  readonly code: CliErrorCode;
  readonly exitCode: number;
  readonly hint: string | null;

  constructor(code: CliErrorCode, exitCode: number, message: string, hint: string | null = null) {
    super(message);
    this.name = "CliFailure";
    this.code = code;
    this.exitCode = exitCode;
    this.hint = hint;
  }
}
