/** What can be wrong with a field: closed words, because the words of a validator may quote the input. */
export const rules = {
  missing: "is missing",
  "wrong-type": "has the wrong type",
  "unknown-field": "has a field that is not known",
  "too-long": "is too long",
  "too-short": "is too short",
  "wrong-form": "does not have the expected form",
  "not-allowed": "is not one of the allowed values",
  "has-nul": "has a NUL character",
  "not-text": "is not well-formed text",
  "not-file": "is not a regular file",
  "foreign-owner": "belongs to another user",
  "is-link": "is a link",
  "known-namespace": "does not begin with a known namespace",
  "needs-env-name": "needs the name of its environment variable",
  "fixed-env-name": "cannot choose the name of its environment variable",
  "out-of-range": "is outside of the allowed range",
  duplicate: "is there twice",
  "no-such-field": "names a field that does not exist",
  "not-a-pattern": "is not a regular expression",
  "slow-pattern": "is a pattern that some texts would take very long to match",
  "only-for-secrets": "is allowed for secret fields only",
  "not-for-secrets": "is not allowed for secret fields",
} as const;
export type Rule = keyof typeof rules;

/** Whether it is one of the closed words. */
export function isRule(word: unknown): word is Rule {
  return typeof word === "string" && Object.hasOwn(rules, word);
}
