import { ProviderDefinition } from "@latchkey/api-contracts/providers";
import { expect, test } from "vitest";
import { builtInProviders } from "./built-in/built-in-providers.ts";
import { readProvider } from "./read-provider.ts";
import { validateProvider } from "./validate-provider.ts";

const token = { name: "token", type: "secret", title: "Token" };
const kind = { name: "kind", type: "enum", title: "Kind", options: [{ value: "a", title: "A" }] };
const good = {
  version: 1,
  id: "acme",
  title: "Acme",
  group: "web",
  icon: "web",
  namespace: "provider",
  fields: [token, kind, { name: "url", type: "url", title: "Address" }],
  deliver: "broker",
  http: {
    baseUrl: { field: "url" },
    credential: { type: "bearer", field: "token" },
    allow: [{ methods: ["GET"], paths: ["/*"] }],
  },
  test: { kind: "http", path: "/me" },
};
const withField = (field: object) => ({ ...good, fields: [...good.fields, field] });
const text = { name: "extra", type: "string", title: "Extra" };

test("each built-in provider stands up to the check that others are held to", () => {
  const problems = builtInProviders().map(({ id, ...rest }) => [
    id,
    validateProvider({ id, ...rest }).problems,
  ]);
  expect(problems).toEqual(builtInProviders().map(({ id }) => [id, []]));
});

test("each text of a built-in provider that a person reads has its Russian words", () => {
  const missing = builtInProviders().flatMap(({ id, description, fields, l10n }) => {
    const ru = l10n["ru"];
    return [
      ...(description && !ru?.description ? [`${id}: description`] : []),
      ...fields.flatMap(({ name, help, pattern, options }) => {
        const own = ru?.fields[name];
        const isDone = [
          own?.title,
          !help || own?.help,
          !pattern || own?.patternHint,
          // Names such as TLS are the same in both.
          !options || id === "smtp" || options.every(({ value }) => own?.options[value]),
        ].every(Boolean);
        return isDone ? [] : [`${id}: ${name}`];
      }),
    ];
  });
  expect(missing).toEqual([]);
});

test("a good definition comes back with its defaults", () => {
  expect(validateProvider(good)).toEqual({ definition: ProviderDefinition.parse(good), problems: [] });
});

test.each([
  ["a key that is not known", { ...good, canary: 1 }, "canary", "unknown-field"],
  [
    "a key of a field that is not known",
    withField({ ...text, colour: "red" }),
    "fields.3.colour",
    "unknown-field",
  ],
  ["a type that is not known", withField({ ...text, type: "colour" }), "fields.3.type", "not-allowed"],
  ["a field without a title", withField({ ...text, title: undefined }), "fields.3.title", "missing"],
  ["a title that turns the text", withField({ ...text, title: "a\u202eb" }), "fields.3.title", "wrong-form"],
  ["two fields of one name", withField(token), "fields.3.name", "duplicate"],
  [
    "one order twice in a group",
    {
      ...good,
      fields: [
        { ...text, order: 1, group: "More" },
        { ...text, name: "other", order: 1, group: "More" },
      ],
      http: undefined,
      test: { noTest: "None." },
    },
    "fields.1.order",
    "duplicate",
  ],
  [
    "an option twice",
    withField({ ...kind, name: "b", options: [...kind.options, ...kind.options] }),
    "fields.3.options",
    "duplicate",
  ],
  [
    "an enum without options",
    withField({ ...kind, name: "b", options: undefined }),
    "fields.3.options",
    "missing",
  ],
  [
    "a condition on a field that does not exist",
    withField({ ...text, showWhen: { field: "nobody", equals: ["a"] } }),
    "fields.3.showWhen",
    "no-such-field",
  ],
  [
    "a condition on a secret",
    withField({ ...text, showWhen: { field: "token", equals: ["a"] } }),
    "fields.3.showWhen",
    "not-for-secrets",
  ],
  [
    "a condition on itself",
    withField({ ...text, showWhen: { field: "extra", equals: ["a"] } }),
    "fields.3.showWhen",
    "not-allowed",
  ],
  [
    "a pattern that is none",
    withField({ ...text, pattern: { source: "(", hint: "x" } }),
    "fields.3.pattern",
    "not-a-pattern",
  ],
  [
    "a pattern that closes the one around it",
    withField({ ...text, pattern: { source: "a)|(b", hint: "x" } }),
    "fields.3.pattern",
    "not-a-pattern",
  ],
  [
    "a slow pattern",
    withField({ ...text, pattern: { source: "(a+)+b", hint: "x" } }),
    "fields.3.pattern",
    "slow-pattern",
  ],
  [
    "a secret with a default",
    withField({ ...token, name: "b", default: "canary" }),
    "fields.3.default",
    "not-for-secrets",
  ],
  [
    "a made value that is too long for its field",
    withField({ ...token, name: "b", maxLength: 35, secret: { generate: { uuid: true } } }),
    "fields.3.secret",
    "out-of-range",
  ],
  [
    "a made value with a pattern",
    withField({
      ...token,
      name: "b",
      pattern: { source: "a+", hint: "x" },
      secret: { generate: { length: 32 } },
    }),
    "fields.3.secret",
    "out-of-range",
  ],
  [
    "a plain field with rules of secrets",
    withField({ ...text, secret: {} }),
    "fields.3.secret",
    "only-for-secrets",
  ],
  [
    "a variable for a plain field",
    withField({ ...text, env: "ACME_TOKEN" }),
    "fields.3.env",
    "only-for-secrets",
  ],
  [
    "a variable that steers processes",
    withField({ ...token, name: "b", env: "PATH" }),
    "fields.3.env",
    "not-allowed",
  ],
  [
    "a plain field as the credential",
    { ...good, http: { ...good.http, credential: { type: "bearer", field: "kind" } } },
    "http.credential.field",
    "only-for-secrets",
  ],
  [
    "a secret as a user name",
    { ...good, http: { ...good.http, credential: { type: "basic", userField: "token", field: "token" } } },
    "http.credential.userField",
    "not-for-secrets",
  ],
  [
    "an address in a field that does not exist",
    { ...good, http: { ...good.http, baseUrl: { field: "nobody" } } },
    "http.baseUrl",
    "no-such-field",
  ],
  [
    "a case for an option that does not exist",
    {
      ...good,
      http: {
        ...good.http,
        credential: { type: "choice", field: "kind", cases: { z: { type: "bearer", field: "token" } } },
      },
    },
    "http.credential.cases.z",
    "not-allowed",
  ],
  ["a test over HTTP without HTTP", { ...good, http: undefined }, "http", "missing"],
  [
    "words for a field that does not exist",
    { ...good, l10n: { ru: { fields: { nobody: { title: "Х" } } } } },
    "l10n.ru.fields.nobody",
    "no-such-field",
  ],
  [
    "two secrets for a model",
    { ...withField({ ...token, name: "b" }), namespace: "llm" },
    "fields",
    "not-allowed",
  ],
])("%s is refused with its path", (_why, definition, path, rule) => {
  expect(validateProvider(definition).problems).toContainEqual({ path, rule });
});

test("at run time keys of a later version are left out with a warning, and all else holds", () => {
  const later = { ...withField({ ...text, colour: "red" }), colour: "red" };
  const read = readProvider(later);
  expect([read.warnings.toSorted(), read.definition]).toEqual([
    ["colour", "fields.3.colour"],
    ProviderDefinition.parse(withField(text)),
  ]);
  expect(readProvider({ ...later, id: "A" }).problems).toEqual([{ path: "id", rule: "wrong-form" }]);
});
