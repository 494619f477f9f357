import * as z from "zod";
import { type ErrorCode as Code, detailNames, errorTable } from "./errors.ts";
import { PublicText } from "./text.ts";

/** The codes of the error table. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.keys forgets which keys they are
export const ErrorCode = z.enum(Object.keys(errorTable) as [Code, ...Code[]]);

/** An error as data, the way it crosses IPC, HTTP and the CLI's `--json`. */
export const ErrorData = z.object({
  code: ErrorCode,
  message: PublicText,
  details: z.partialRecord(z.enum(detailNames), z.union([PublicText, z.number()])),
});
export type ErrorData = z.infer<typeof ErrorData>;
