import { ProviderDefinition } from "@latchkey/api-contracts/providers";
import { expect, test } from "vitest";
import { fromFormValues, toFormValues } from "./form-values.ts";

const definition = ProviderDefinition.parse({
  version: 1,
  id: "acme",
  title: "Acme",
  group: "web",
  icon: "web",
  namespace: "provider",
  deliver: "broker",
  test: { noTest: "None." },
  fields: [
    { name: "token", type: "secret", title: "Token" },
    { name: "kind", type: "enum", title: "Kind", default: "a", options: [{ value: "a", title: "A" }] },
    { name: "port", type: "port", title: "Port", default: 22 },
    { name: "strict", type: "boolean", title: "Strict" },
    { name: "args", type: "string-list", title: "Arguments" },
    { name: "env", type: "key-value", title: "Variables" },
    { name: "hidden", type: "string", title: "Hidden", showWhen: { field: "kind", equals: ["b"] } },
  ],
});

test("what a form shows and saves again is what was there, secrets apart", () => {
  const values = { kind: "a", port: 2222, strict: true, args: ["-v", "a b"], env: { A: "1=2", B: "" } };
  const controls = toFormValues(definition, values);
  expect(controls).toEqual({
    kind: "a",
    port: "2222",
    strict: true,
    args: "-v\na b",
    env: "A=1=2\nB=",
    hidden: "",
  });
  expect(fromFormValues(definition, controls)).toEqual(values);
});

test("a new form has the defaults; empty and hidden fields are not saved, and what is no number is kept to be refused", () => {
  const controls = toFormValues(definition, {});
  expect(controls).toMatchObject({ kind: "a", port: "22", strict: false });
  expect(fromFormValues(definition, { ...controls, port: "x", args: " \n ", hidden: "canary" })).toEqual({
    kind: "a",
    port: "x",
    strict: false,
  });
});
