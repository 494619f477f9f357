import * as z from "zod";
import { AppError, type ErrorCode } from "./errors.ts";
import { isRule, type Rule } from "./rules.ts";

function isMissing(input: unknown, path: readonly PropertyKey[]): boolean {
  let value = input;
  for (const step of path) {
    if (typeof value !== "object" || value === null) return true;
    value = Reflect.get(value, step);
  }
  return value === undefined;
}

/** The closed word for what a schema found wrong with an input. */
export function ruleOf(issue: z.core.$ZodIssue, input: unknown): Rule {
  if (isMissing(input, issue.path)) return "missing";
  switch (issue.code) {
    case "invalid_type":
      return "wrong-type";
    case "unrecognized_keys":
      return "unknown-field";
    case "too_big":
      return "too-long";
    case "too_small":
      return "too-short";
    case "invalid_value":
    case "invalid_union":
      return "not-allowed";
    case "custom":
      return isRule(issue.params?.["rule"]) ? issue.params["rule"] : "wrong-form";
    default:
      return "wrong-form";
  }
}

/**
 * Parses what came over a border. The error names the field and the broken rule, and never quotes the input.
 *
 * @throws `request.invalid`, or the given code with the same details `field` and `rule`
 */
export function parseAs<S extends z.ZodType>(
  schema: S,
  input: unknown,
  code: ErrorCode = "request.invalid",
): z.output<S> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const field = issue?.path.map(String).join(".") || "input";
  throw new AppError(code, { field, rule: issue ? ruleOf(issue, input) : "wrong-form" });
}
