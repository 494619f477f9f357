import { AppError } from "@latchkey/api-contracts/errors";
import { addressOf, addressPartsOf } from "@latchkey/api-contracts/fields";
import type { ProviderId, SecretKey } from "@latchkey/api-contracts/ids";
import type { FieldName, FieldValue } from "@latchkey/api-contracts/providers";
import type { ProviderRegistry } from "@latchkey/connections";

/** What a person is asked before a connection uses a secret that is there: which one, for what, and where it goes. */
export type UseQuestion = Readonly<{ key: SecretKey; name: string; address: string }>;

/** A form that uses secrets by their keys. */
export type UsingForm = Readonly<{
  providerId: ProviderId;
  fields: Readonly<Record<FieldName, FieldValue>>;
  usedSecrets: Readonly<Record<FieldName, SecretKey>>;
  displayName?: string | undefined;
}>;

/**
 * Asks the person past the window, because a form that says which secret goes where could send any of them anywhere.
 * What was agreed to is not asked again before the app ends.
 *
 * @throws `connections.use-declined`
 */
export function createUseApproval(ask: (question: UseQuestion) => Promise<boolean>) {
  const agreed = new Set<string>();
  return async (
    providers: Pick<ProviderRegistry, "find">,
    { providerId, fields, usedSecrets, displayName }: UsingForm,
  ): Promise<void> => {
    const definition = providers.find(providerId);
    if (!definition) return;
    for (const [field, key] of Object.entries(usedSecrets)) {
      const use = JSON.stringify([key, providerId, addressOf(definition, fields)]);
      if (agreed.has(use)) continue;
      const parts = addressPartsOf(definition, fields).map(([, value]) => textOf(value));
      const address = parts.filter((part) => part !== "").join(" · ");
      const isAgreed = await ask({ key, name: displayName ?? definition.title, address });
      if (!isAgreed) throw new AppError("connections.use-declined", { field, key });
      agreed.add(use);
    }
  };
}

/** One line, whatever the form has. */
function textOf(value: FieldValue | undefined): string {
  const text = typeof value === "object" ? JSON.stringify(value) : value === undefined ? "" : String(value);
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\u{fffd}").slice(0, 300);
}
