import { expect, test } from "vitest";
import { findFieldProblems, findSecretProblem, shownFields } from "./fields.ts";
import { type FieldDefinition, type FieldValue, ProviderDefinition, SecretGeneration } from "./providers.ts";

function definitionWith(...fields: object[]): ProviderDefinition {
  return ProviderDefinition.parse({
    version: 1,
    id: "acme",
    title: "Acme",
    group: "web",
    icon: "web",
    namespace: "provider",
    deliver: "broker",
    test: { noTest: "None." },
    fields: fields.map((field) => ({ title: "Field", ...field })),
  });
}

const only = (field: object) => definitionWith({ name: "f", ...field });
const problem = (field: object, value: FieldValue | undefined) =>
  findFieldProblems(only(field), value === undefined ? {} : { f: value })[0]?.rule;

test.each([
  ["a missing value", { type: "string", required: true }, undefined, "missing"],
  ["an empty value", { type: "string", required: true }, "", "missing"],
  ["a number of the wrong type", { type: "integer" }, "x", "wrong-type"],
  ["a broken number", { type: "integer" }, 1.5, "wrong-type"],
  ["a port of 0", { type: "port" }, 0, "out-of-range"],
  ["a number above its limit", { type: "number", max: 3 }, 4, "out-of-range"],
  ["an option that is none", { type: "enum", options: [{ value: "a", title: "A" }] }, "b", "not-allowed"],
  ["an address without a scheme", { type: "url" }, "api.example", "wrong-form"],
  ["an address of another scheme", { type: "url" }, "file:///etc/passwd", "wrong-form"],
  ["an address with a password", { type: "url" }, "https://ada:canary@api.example", "wrong-form"],
  ["a host with a path", { type: "host" }, "a.example/x", "wrong-form"],
  ["a host with a port", { type: "host" }, "a.example:22", "wrong-form"],
  ["a text that is too long", { type: "string", maxLength: 3 }, "abcd", "too-long"],
  ["a part that matches", { type: "string", pattern: { source: "a+", hint: "x" } }, "aab", "wrong-form"],
  [
    "a text too long for a pattern",
    { type: "string", pattern: { source: "a*", hint: "x" } },
    "a".repeat(301),
    "too-long",
  ],
  ["a list that is a text", { type: "string-list" }, "a", "wrong-type"],
])("%s is refused", (_why, field, value, rule) => {
  expect(problem(field, value)).toBe(rule);
});

test.each([
  ["nothing where nothing is needed", { type: "string" }, undefined],
  ["a default in the place of a missing value", { type: "port", required: true, default: 22 }, undefined],
  ["an address", { type: "url" }, "http://127.0.0.1:11434/v1"],
  ["a host", { type: "host" }, "files.example.com"],
  ["an IPv6 host", { type: "host" }, "::1"],
  ["a whole match", { type: "string", pattern: { source: "a|b", hint: "x" } }, "b"],
  ["variables", { type: "key-value" }, { A: "1" }],
])("%s is accepted", (_why, field, value) => {
  expect(problem(field, value)).toBe(undefined);
});

test("a field that is not shown is neither needed nor accepted, also behind another one", () => {
  const definition = definitionWith(
    { name: "a", type: "boolean" },
    { name: "b", type: "boolean", showWhen: { field: "a", equals: [true] } },
    { name: "c", type: "string", required: true, showWhen: { field: "b", equals: [true] } },
  );
  const names = (values: Record<string, FieldValue>) =>
    shownFields(definition, values).map(({ name }) => name);
  expect([names({}), names({ b: true }), names({ a: true, b: true })]).toEqual([
    ["a"],
    ["a"],
    ["a", "b", "c"],
  ]);
  expect(findFieldProblems(definition, {})).toEqual([]);
  expect(findFieldProblems(definition, { b: true })).toEqual([{ field: "b", rule: "unknown-field" }]);
  expect(findFieldProblems(definition, { a: true, b: true })).toEqual([{ field: "c", rule: "missing" }]);
});

test("fields that wait for each other are not shown, and end the search", () => {
  const definition = definitionWith(
    { name: "a", type: "boolean", showWhen: { field: "b", equals: [true] } },
    { name: "b", type: "boolean", showWhen: { field: "a", equals: [true] } },
  );
  expect(shownFields(definition, { a: true, b: true })).toEqual([]);
});

test.each([
  [{ length: 32 }, true],
  [{ length: 256, alphabet: "hex" }, true],
  [{ uuid: true }, true],
  [{ length: 31 }, false],
  [{ length: 257 }, false],
  [{ length: 32, alphabet: "aaaa" }, false],
  [{ length: 32, uuid: true }, false],
  [{ uuid: false }, false],
  [{}, false],
])("a value is made by %j: %j", (generate, isTaken) => {
  expect(SecretGeneration.safeParse(generate).success).toBe(isTaken);
});

test("a secret has the limit of its field", () => {
  const [field] = only({ type: "secret", secret: { maxBytes: 4 } }).fields;
  const known = field as FieldDefinition;
  expect([findSecretProblem(known, "éé"), findSecretProblem(known, "ééé")]).toEqual([undefined, "too-long"]);
});
