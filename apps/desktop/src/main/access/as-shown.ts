import type { ConnectionLookup, ConnectionTarget, ProviderRegistry } from "@latchkey/connections";

/** Connections with the picture of their provider, and its words in the person's language, where it has them. */
export function asShown(
  { find }: ConnectionLookup,
  providers: Pick<ProviderRegistry, "find" | "iconOf">,
  locale: string,
): ConnectionLookup {
  return {
    async find(connectionId) {
      const target = await find(connectionId);
      if (!target) return undefined;
      const providerIcon = providers.iconOf(target.providerId);
      const texts = providers.find(target.providerId)?.l10n[locale];
      return { ...(texts ? withTexts(target, texts) : target), ...(providerIcon && { providerIcon }) };
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
