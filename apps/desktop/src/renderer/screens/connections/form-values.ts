import { isSecretField, shownFields, withDefaults } from "@latchkey/api-contracts/fields";
import type { FieldDefinition, FieldValue, ProviderDefinition } from "@latchkey/api-contracts/providers";

/** What the controls of a form hold: text, or whether a box is ticked. */
export type FormValues = Readonly<Record<string, string | boolean>>;

/** The values of a connection as controls hold them, with the defaults of those that have none. */
export function toFormValues(
  definition: ProviderDefinition,
  values: Readonly<Record<string, FieldValue>>,
): Record<string, string | boolean> {
  const known = withDefaults(definition, values);
  return Object.fromEntries(
    plainFields(definition).map((field) => [field.name, toControl(field, known[field.name])]),
  );
}

/** The values to save: of the fields that are shown, without those that are empty. */
export function fromFormValues(
  definition: ProviderDefinition,
  controls: FormValues,
): Record<string, FieldValue> {
  const all = Object.fromEntries(
    plainFields(definition).flatMap((field) => {
      const value = fromControl(field, controls[field.name]);
      return value === undefined ? [] : [[field.name, value]];
    }),
  );
  const shown = new Set<string>(shownFields(definition, all).map(({ name }) => name));
  return Object.fromEntries(Object.entries(all).filter(([name]) => shown.has(name)));
}

function plainFields({ fields }: ProviderDefinition): FieldDefinition[] {
  return fields.filter((field) => !isSecretField(field));
}

function toControl({ type }: FieldDefinition, value: FieldValue | undefined): string | boolean {
  if (type === "boolean") return value === true;
  if (Array.isArray(value)) return value.join("\n");
  if (typeof value === "object")
    return Object.entries(value)
      .map(([name, text]) => `${name}=${text}`)
      .join("\n");
  return value === undefined ? "" : String(value);
}

function fromControl({ type }: FieldDefinition, control: string | boolean | undefined) {
  if (type === "boolean") return control === true;
  const text = typeof control === "string" ? control.trim() : "";
  if (text === "") return undefined;
  switch (type) {
    case "number":
    case "integer":
    case "port":
      // What is no number stays as it is, to be refused with its rule.
      return Number.isNaN(Number(text)) ? text : Number(text);
    case "string-list":
      return linesOf(text);
    case "key-value":
      return Object.fromEntries(
        linesOf(text).map((line) => {
          const at = line.indexOf("=");
          return at < 0 ? [line, ""] : [line.slice(0, at).trim(), line.slice(at + 1)];
        }),
      );
    default:
      return text;
  }
}

function linesOf(text: string): string[] {
  return text.split("\n").flatMap((line) => line.trim() || []);
}
