import * as z from "zod";
import { publicSchemas, secretSchemas } from "../src/text.ts";

/** The ways in which a value of the schema could hold a secret: a path and what stands there. Empty when none. */
export function findLeaks(schema: z.core.$ZodType, path = "$"): string[] {
  if (secretSchemas.has(schema)) return [`${path}: a secret value`];
  if (publicSchemas.has(schema)) return [];
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "object":
      return Object.entries(def.shape).flatMap(([name, field]) => findLeaks(field, `${path}.${name}`));
    case "array":
      return findLeaks(def.element, `${path}[]`);
    case "optional":
    case "nullable":
    case "default":
    case "readonly":
      return findLeaks(def.innerType, path);
    case "union":
      return def.options.flatMap((option) => findLeaks(option, path));
    case "record":
      return [...findLeaks(def.keyType, `${path}{key}`), ...findLeaks(def.valueType, `${path}{}`)];
    case "pipe":
      return findLeaks(def.out, path);
    case "string":
      return hasClosedForm(schema) ? [] : [`${path}: a free string`];
    case "enum":
    case "literal":
    case "number":
    case "boolean":
    case "null":
      return [];
    default:
      return [`${path}: ${def.type}`];
  }
}

/** A string whose whole form is fixed by an anchored pattern. */
function hasClosedForm(schema: z.core.$ZodType): boolean {
  const { def } = (schema as z.ZodString)._zod;
  return [def, ...(def.checks ?? []).map((check) => check._zod.def)].some(
    (rule) => "pattern" in rule && rule.pattern instanceof RegExp && /^\^[^]*\$$/.test(rule.pattern.source),
  );
}
