import { type CauseClass, causeOfErrorCode } from "@latchkey/api-contracts/connection-test";
import { CheckFailure } from "./check.ts";

/** An error and what caused it, the outermost first. */
export function errorChain(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let next = error; next instanceof Error && !chain.includes(next); next = next.cause) chain.push(next);
  return chain;
}

/** The text of a property, whatever kind of error carries it. */
export function textOf(error: Error, property: string): string {
  const value: unknown = Reflect.get(error, property);
  return typeof value === "string" ? value : "";
}

/** The cause that a check gave itself, or that an error of the network or of TLS stands for. */
export function causeOfNetwork(error: unknown): CauseClass | undefined {
  for (const link of errorChain(error)) {
    if (link instanceof CheckFailure) return link.causeClass;
    // nodemailer puts its own code over that of the system.
    const codes = [textOf(link, "originalCode"), textOf(link, "code")];
    const cause = codes.map(causeOfErrorCode).find((found) => found !== undefined);
    if (cause) return cause;
  }
  return undefined;
}
