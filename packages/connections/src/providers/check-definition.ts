import { isSecretField } from "@latchkey/api-contracts/fields";
import type {
  CredentialUse,
  FieldDefinition,
  FieldType,
  ProviderDefinition,
} from "@latchkey/api-contracts/providers";
import type { Rule } from "@latchkey/api-contracts/rules";
import { isReservedName } from "@latchkey/secrets-core";
import { isQuickPattern } from "./pattern-safety.ts";
import type { ProviderProblem } from "./provider-problem.ts";

const textTypes: ReadonlySet<FieldType> = new Set([
  "string",
  "secret",
  "multiline-secret",
  "url",
  "host",
  "path",
]);
const numberTypes: ReadonlySet<FieldType> = new Set(["number", "integer", "port"]);

/** What the form of a definition cannot say: references, orders, patterns, and that a secret stays one. */
export function checkDefinition(definition: ProviderDefinition): ProviderProblem[] {
  const { fields, namespace, l10n } = definition;
  const names = new Set<string>(fields.map(({ name }) => name));
  const secrets = fields.filter(isSecretField);
  const oneSecret: ProviderProblem[] =
    namespace === "llm" && secrets.length > 1 ? [{ path: "fields", rule: "not-allowed" }] : [];
  const translated = Object.entries(l10n).flatMap(([locale, texts]) =>
    Object.keys(texts.fields)
      .filter((name) => !names.has(name))
      .map((name): ProviderProblem => ({ path: `l10n.${locale}.fields.${name}`, rule: "no-such-field" })),
  );
  return [
    ...fields.flatMap((field, i) =>
      checkField(definition, field).map(({ path, rule }) => ({ path: `fields.${i}.${path}`, rule })),
    ),
    ...findDuplicates(fields),
    ...oneSecret,
    ...checkUse(definition),
    ...translated,
  ];
}

function checkField(definition: ProviderDefinition, field: FieldDefinition): ProviderProblem[] {
  const problems: ProviderProblem[] = [];
  const refuse = (path: keyof FieldDefinition, rule: Rule) => problems.push({ path, rule });
  if (isSecretField(field)) {
    for (const path of ["default", "options", "min", "max", "path"] as const) {
      if (field[path] !== undefined) refuse(path, "not-for-secrets");
    }
  } else {
    for (const path of ["secret", "env", "prefixHint"] as const) {
      if (field[path] !== undefined) refuse(path, "only-for-secrets");
    }
  }
  if (field.secret?.generate && !canGenerate(field)) refuse("secret", "out-of-range");
  if (field.env !== undefined && isReservedName(field.env)) refuse("env", "not-allowed");
  if ((field.type === "enum") !== (field.options !== undefined && field.options.length > 0)) {
    refuse("options", field.type === "enum" ? "missing" : "not-allowed");
  }
  for (const path of ["min", "max"] as const) {
    if (field[path] !== undefined && !numberTypes.has(field.type)) refuse(path, "not-allowed");
  }
  for (const path of ["minLength", "maxLength", "pattern"] as const) {
    if (field[path] !== undefined && !textTypes.has(field.type)) refuse(path, "not-allowed");
  }
  if ((field.min ?? 0) > (field.max ?? Infinity)) refuse("min", "out-of-range");
  if ((field.minLength ?? 0) > (field.maxLength ?? Infinity)) refuse("minLength", "out-of-range");
  if (field.pattern) {
    const rule = patternRule(field.pattern.source);
    if (rule) refuse("pattern", rule);
  }
  if (field.showWhen) {
    const rule = referenceRule(definition, field.showWhen.field, "plain");
    if (rule || field.showWhen.field === field.name) refuse("showWhen", rule ?? "not-allowed");
  }
  return problems;
}

/** Whether what is made keeps the field's own rules. Of a pattern nobody can tell. */
function canGenerate({
  secret,
  minLength = 0,
  maxLength = Infinity,
  pattern,
  type,
}: FieldDefinition): boolean {
  if (!secret?.generate || pattern || type !== "secret") return false;
  const length = "uuid" in secret.generate ? 36 : secret.generate.length;
  return length >= minLength && length <= Math.min(maxLength, secret.maxBytes);
}

function patternRule(source: string): Rule | undefined {
  try {
    // By itself, so that it cannot close the group that it is put in.
    // oxlint-disable-next-line no-new -- compiled to learn whether it can be
    new RegExp(source, "u");
  } catch {
    return "not-a-pattern";
  }
  return isQuickPattern(source) ? undefined : "slow-pattern";
}

function findDuplicates(fields: readonly FieldDefinition[]): ProviderProblem[] {
  const seen = new Set<string>();
  return fields.flatMap((field, i): ProviderProblem[] => {
    const marks: [keyof FieldDefinition, string][] = [
      ["name", `name ${field.name}`],
      ...(field.order === undefined
        ? []
        : [["order", `order ${field.group ?? ""} ${field.order}`] satisfies [keyof FieldDefinition, string]]),
      ...(field.env === undefined
        ? []
        : [["env", `env ${field.env}`] satisfies [keyof FieldDefinition, string]]),
      ...(field.options ?? []).map(({ value }): [keyof FieldDefinition, string] => [
        "options",
        `option ${i} ${value}`,
      ]),
    ];
    return marks.flatMap(([path, mark]): ProviderProblem[] => {
      if (seen.has(mark)) return [{ path: `fields.${i}.${path}`, rule: "duplicate" }];
      seen.add(mark);
      return [];
    });
  });
}

/** How the secret is used and tried: what is sent as a secret is one, and what decides where it goes is none. */
function checkUse({ http, test, ...definition }: ProviderDefinition): ProviderProblem[] {
  const problems: ProviderProblem[] = [];
  const need = (path: string, field: string, kind: "plain" | "secret") => {
    const rule = referenceRule(definition, field, kind);
    if (rule) problems.push({ path, rule });
  };
  const needCredential = (path: string, use: CredentialUse): void => {
    if (use.type === "none") return;
    if (use.type === "choice") {
      need(`${path}.field`, use.field, "plain");
      const options = definition.fields.find(({ name }) => name === use.field)?.options ?? [];
      for (const [value, plain] of Object.entries(use.cases)) {
        if (!options.some((option) => option.value === value))
          problems.push({ path: `${path}.cases.${value}`, rule: "not-allowed" });
        needCredential(`${path}.cases.${value}`, plain);
      }
      return;
    }
    need(`${path}.field`, use.field, "secret");
    if (use.type === "basic") need(`${path}.userField`, use.userField, "plain");
    if (use.type === "header" && "field" in use.name) need(`${path}.name`, use.name.field, "plain");
  };
  if (http) {
    if ("field" in http.baseUrl) need("http.baseUrl", http.baseUrl.field, "plain");
    else if (!URL.canParse(http.baseUrl.value)) problems.push({ path: "http.baseUrl", rule: "wrong-form" });
    needCredential("http.credential", http.credential);
  }
  if ("kind" in test && test.kind === "http") {
    if (!http) problems.push({ path: "http", rule: "missing" });
    if (typeof test.path === "object") need("test.path", test.path.field, "plain");
  }
  return problems;
}

function referenceRule(
  { fields }: Pick<ProviderDefinition, "fields">,
  name: string,
  kind: "plain" | "secret",
): Rule | undefined {
  const field = fields.find((other) => other.name === name);
  if (!field) return "no-such-field";
  if (isSecretField(field) === (kind === "secret")) return undefined;
  return kind === "secret" ? "only-for-secrets" : "not-for-secrets";
}
