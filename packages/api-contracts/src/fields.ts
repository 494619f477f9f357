import type { FieldDefinition, FieldName, FieldType, FieldValue, ProviderDefinition } from "./providers.ts";
import type { Rule } from "./rules.ts";

/** What is wrong with the value of one field. */
export type FieldProblem = Readonly<{ field: FieldName; rule: Rule }>;

type Values = Readonly<Record<string, FieldValue>>;

const secretTypes: ReadonlySet<FieldType> = new Set(["secret", "multiline-secret"]);

/** The longest text that a pattern is tried on, so that no pattern takes long. **Units** characters. */
export const MAX_PATTERN_TEXT = 300;

/** Whether the value of a field is a secret, and kept in the store alone. */
export function isSecretField(field: Pick<FieldDefinition, "type">): boolean {
  return secretTypes.has(field.type);
}

/** The values with the defaults of the fields that have none. */
export function withDefaults(definition: ProviderDefinition, values: Values): Record<string, FieldValue> {
  const defaults = definition.fields.flatMap(({ name, default: value }) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return { ...Object.fromEntries(defaults), ...values };
}

/** The fields that a form with these values shows, in their order. A field without a place of its own keeps its turn. */
export function shownFields(definition: ProviderDefinition, values: Values): FieldDefinition[] {
  const known = withDefaults(definition, values);
  const byName = new Map<string, FieldDefinition>(definition.fields.map((field) => [field.name, field]));
  const isShown = (field: FieldDefinition, depth = 0): boolean => {
    if (!field.showWhen) return true;
    const other = byName.get(field.showWhen.field);
    // Fields that show each other would go round in a circle.
    if (!other || depth > definition.fields.length || !isShown(other, depth + 1)) return false;
    return field.showWhen.equals.some((value) => isSame(value, known[other.name]));
  };
  return definition.fields
    .map((field, i) => ({ field, place: field.order ?? i }))
    .toSorted((one, other) => one.place - other.place)
    .flatMap(({ field }) => (isShown(field) ? [field] : []));
}

/**
 * What is wrong with the values of the fields that are no secrets: those that are shown are checked, those that are
 * not known or not shown are refused.
 */
export function findFieldProblems(definition: ProviderDefinition, values: Values): FieldProblem[] {
  const shown = shownFields(definition, values).filter((field) => !isSecretField(field));
  const names = new Set<string>(shown.map(({ name }) => name));
  const known = withDefaults(definition, values);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the caller's names were parsed
  const extra = (Object.keys(values) as FieldName[]).filter((name) => !names.has(name));
  return [
    ...extra.map((field): FieldProblem => ({ field, rule: "unknown-field" })),
    ...shown.flatMap((field): FieldProblem[] => {
      const rule = ruleBrokenBy(field, known[field.name]);
      return rule ? [{ field: field.name, rule }] : [];
    }),
  ];
}

/** What is wrong with the text of a secret field, beside the limits of every secret value. */
export function findSecretProblem(field: FieldDefinition, value: string): Rule | undefined {
  const maxBytes = field.secret?.maxBytes ?? 65_536;
  if (new TextEncoder().encode(value).byteLength > maxBytes) return "too-long";
  return textRule(field, value);
}

/** The fields that say where the checks of the server process go, beside those of a type that says so itself. */
const addressFields: Readonly<Record<string, readonly string[]>> = {
  sftp: ["host", "port"],
  smtp: ["host", "port"],
  "mcp-http": ["url"],
  // Arguments, folder and variables decide what runs as much as the program's name does.
  "mcp-stdio": ["command", "args", "folder", "variables"],
};

/**
 * To whom a connection with these values sends its secrets. A saved secret goes where it was saved for, and nowhere
 * else: for another address it is entered again.
 */
export function addressOf(definition: ProviderDefinition, values: Values): string {
  return JSON.stringify(addressPartsOf(definition, values));
}

/** The fields that an address is made of, with what of each decides where secrets go. */
export function addressPartsOf(
  definition: ProviderDefinition,
  values: Values,
): (readonly [FieldName, FieldValue | undefined])[] {
  const { http, test } = definition;
  const kind = "kind" in test ? test.kind : "http";
  const named = new Set([
    ...(addressFields[kind] ?? []),
    ...(http && "field" in http.baseUrl ? [http.baseUrl.field] : []),
  ]);
  const known = withDefaults(definition, values);
  return shownFields(definition, values).flatMap(({ name, type }) =>
    named.has(name) || type === "url" || type === "host" || type === "port"
      ? [[name, targetOf(known[name], kind)] as const]
      : [],
  );
}

/** Requests stay at the origin of an address; an MCP server is the whole of it. Names of hosts have no case. */
function targetOf(value: FieldValue | undefined, kind: string): FieldValue | undefined {
  if (typeof value !== "string" || kind === "mcp-stdio") return value;
  if (!isPlainUrl(value)) return value.toLowerCase();
  const { href, origin } = new URL(value);
  return kind === "mcp-http" ? href : origin;
}

/** The first rule that a value breaks. An empty value is a missing one. */
function ruleBrokenBy(field: FieldDefinition, value: FieldValue | undefined): Rule | undefined {
  if (value === undefined || isEmpty(value)) return field.required ? "missing" : undefined;
  switch (field.type) {
    case "boolean":
      return typeof value === "boolean" ? undefined : "wrong-type";
    case "number":
      return numberRule(field, value);
    case "integer":
      return Number.isInteger(value) ? numberRule(field, value) : "wrong-type";
    case "port":
      return Number.isInteger(value) ? numberRule({ min: 1, max: 65_535, ...field }, value) : "wrong-type";
    case "string-list":
      return Array.isArray(value) ? undefined : "wrong-type";
    case "key-value":
      return typeof value === "object" && !Array.isArray(value) ? undefined : "wrong-type";
    default:
      return typeof value === "string" ? textRule(field, value) : "wrong-type";
  }
}

function numberRule({ min, max }: Pick<FieldDefinition, "min" | "max">, value: FieldValue): Rule | undefined {
  if (typeof value !== "number" || !Number.isFinite(value)) return "wrong-type";
  return (min !== undefined && value < min) || (max !== undefined && value > max)
    ? "out-of-range"
    : undefined;
}

function textRule(field: FieldDefinition, text: string): Rule | undefined {
  const { minLength = 0, maxLength = Infinity, pattern, options, type } = field;
  if (text.length < minLength) return "too-short";
  if (text.length > (pattern ? Math.min(maxLength, MAX_PATTERN_TEXT) : maxLength)) return "too-long";
  if (type === "enum" && !options?.some(({ value }) => value === text)) return "not-allowed";
  if (type === "url" && !isPlainUrl(text)) return "wrong-form";
  if (type === "host" && !isHost(text)) return "wrong-form";
  // A pattern stands for the whole text.
  if (pattern && !new RegExp(`^(?:${pattern.source})$`, "u").test(text)) return "wrong-form";
  return undefined;
}

/** An address without user name and password: those are secrets, and would be kept in the clear. */
function isPlainUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === "https:" || protocol === "http:") && username === "" && password === "";
}

/** A host name or an address, without port and path. */
function isHost(text: string): boolean {
  if (text.length > 253 || /[\s/@?#\\]/.test(text)) return false;
  const bare = text.includes(":") && !text.startsWith("[") ? `[${text}]` : text;
  if (!URL.canParse(`ssh://${bare}`)) return false;
  const { hostname, port } = new URL(`ssh://${bare}`);
  return hostname !== "" && port === "" && (bare.startsWith("[") || !text.includes(":"));
}

function isEmpty(value: FieldValue): boolean {
  return value === "" || (typeof value === "object" && Object.keys(value).length === 0);
}

function isSame(one: FieldValue, other: FieldValue | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
