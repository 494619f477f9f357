import { withDefaults } from "@latchkey/api-contracts/fields";
import type { FieldValue, PlainCredentialUse, ProviderDefinition } from "@latchkey/api-contracts/providers";

/** How the credential is added for a connection with these values; `none` where its choice has no case. */
export function credentialOf(
  definition: ProviderDefinition,
  values: Readonly<Record<string, FieldValue>>,
): PlainCredentialUse {
  const use = definition.http?.credential ?? { type: "none" };
  if (use.type !== "choice") return use;
  const chosen = withDefaults(definition, values)[use.field];
  return (typeof chosen === "string" ? use.cases[chosen] : undefined) ?? { type: "none" };
}
