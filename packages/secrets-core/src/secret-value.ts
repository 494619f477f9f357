import { AppError } from "@latchkey/api-contracts/errors";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import { type Rule, rules } from "@latchkey/api-contracts/rules";
import { MAX_SECRET_BYTES, SecretValue } from "@latchkey/api-contracts/text";
import type * as z from "zod";

/**
 * Refuses a value that cannot be stored alike everywhere, before anything is written.
 *
 * @throws `secrets.invalid-value` with its `rule`, `secrets.too-large`
 */
export function checkSecretValue(key: SecretKey, value: unknown): string {
  const result = SecretValue.safeParse(value);
  if (result.success) return result.data;
  const rule = ruleOf(result.error.issues[0]);
  if (rule === "too-long") throw new AppError("secrets.too-large", { key, maxBytes: MAX_SECRET_BYTES });
  throw new AppError("secrets.invalid-value", { key, rule });
}

function ruleOf(issue: z.core.$ZodIssue | undefined): Rule {
  if (issue?.code === "too_big") return "too-long";
  if (issue?.code === "too_small") return "too-short";
  const rule: unknown = issue?.code === "custom" ? issue.params?.["rule"] : undefined;
  return isRule(rule) ? rule : "wrong-type";
}

function isRule(text: unknown): text is Rule {
  return typeof text === "string" && text in rules;
}
