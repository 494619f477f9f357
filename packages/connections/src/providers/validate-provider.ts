import { ruleOf } from "@latchkey/api-contracts/parse";
import { ProviderDefinition } from "@latchkey/api-contracts/providers";
import type * as z from "zod";
import { checkDefinition } from "./check-definition.ts";
import type { ProviderProblem } from "./provider-problem.ts";

/** A definition that may be used, or all that is wrong with it. */
export type ProviderValidation =
  | Readonly<{ definition: ProviderDefinition; problems: readonly [] }>
  | Readonly<{ definition: undefined; problems: readonly ProviderProblem[] }>;

/**
 * Checks a definition as its author wants it checked: a key that is not known is a mistake.
 *
 * @see readProvider for a definition that may come from a later version
 */
export function validateProvider(input: unknown): ProviderValidation {
  const result = ProviderDefinition.safeParse(input);
  if (!result.success) {
    return {
      definition: undefined,
      problems: result.error.issues.flatMap((issue) => describe(issue, input)),
    };
  }
  const problems = checkDefinition(result.data);
  return problems.length === 0
    ? { definition: result.data, problems: [] }
    : { definition: undefined, problems };
}

/** Of a union the branch that got furthest tells the most. */
function describe(issue: z.core.$ZodIssue, input: unknown): ProviderProblem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...issue.path, key].join("."), rule: "unknown-field" }));
  }
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const [closest] = issue.errors.toSorted((one, other) => depthOf(other) - depthOf(one));
    if (closest && depthOf(closest) > 0) {
      return closest.flatMap((inner) => describe({ ...inner, path: [...issue.path, ...inner.path] }, input));
    }
  }
  return [{ path: issue.path.join("."), rule: ruleOf(issue, input) }];
}

function depthOf(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path, code }) => path.length + (code === "unrecognized_keys" ? 1 : 0)));
}
