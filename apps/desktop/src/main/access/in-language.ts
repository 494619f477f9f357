import type { ConnectionLookup, ConnectionTarget, ProviderRegistry } from "@latchkey/connections";

/** Connections with the words of their provider in the person's language, where the provider has them. */
export function inLanguage(
  { find }: ConnectionLookup,
  providers: Pick<ProviderRegistry, "find">,
  locale: string,
): ConnectionLookup {
  return {
    async find(connectionId) {
      const target = await find(connectionId);
      const texts = target && providers.find(target.providerId)?.l10n[locale];
      return target && texts ? withTexts(target, texts) : target;
    },
  };
}

function withTexts(
  target: ConnectionTarget,
  { title, fields }: { title?: string | undefined; fields: Record<string, { title?: string | undefined }> },
): ConnectionTarget {
  return {
    ...target,
    providerTitle: title ?? target.providerTitle,
    secretFields: target.secretFields.map((field) => ({
      ...field,
      title: fields[field.name]?.title ?? field.title,
    })),
  };
}
