import { type Rule, rules } from "@latchkey/api-contracts/rules";

/**
 * What is wrong with a definition, and where.
 *
 * **Shape** `path` as in `fields.0.pattern`; empty for the whole.
 */
export type ProviderProblem = Readonly<{ path: string; rule: Rule }>;

/** One line for a person: `fields.0.pattern is not a regular expression`. */
export function describeProblem({ path, rule }: ProviderProblem): string {
  return `${path === "" ? "the definition" : path} ${rules[rule]}`;
}
