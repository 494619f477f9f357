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
} as const;
export type Rule = keyof typeof rules;

/** Whether it is one of the closed words. */
export function isRule(word: unknown): word is Rule {
  return typeof word === "string" && Object.hasOwn(rules, word);
}
