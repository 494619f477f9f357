import type { FieldDefinition, ListedProvider, ProviderDefinition } from "@latchkey/api-contracts/providers";

/** A definition in the words of a language, where it has them. */
export function inLanguage(definition: ProviderDefinition, language: string): ProviderDefinition {
  const texts = definition.l10n[language];
  if (!texts) return definition;
  return {
    ...definition,
    title: texts.title ?? definition.title,
    ...withText("description", texts.description ?? definition.description),
    fields: definition.fields.map((field) => fieldInLanguage(field, texts)),
  };
}

type Texts = NonNullable<ProviderDefinition["l10n"][string]>;

function fieldInLanguage(field: FieldDefinition, texts: Texts): FieldDefinition {
  const own = texts.fields[field.name];
  const group = field.group && (texts.groups[field.group] ?? field.group);
  return {
    ...field,
    title: own?.title ?? field.title,
    ...withText("help", own?.help ?? field.help),
    ...withText("placeholder", own?.placeholder ?? field.placeholder),
    ...withText("group", group),
    ...(field.pattern && {
      pattern: { ...field.pattern, hint: own?.patternHint ?? field.pattern.hint },
    }),
    ...(field.options && {
      options: field.options.map(({ value, title }) => ({ value, title: own?.options[value] ?? title })),
    }),
  };
}

function withText<K extends string>(name: K, text: string | undefined): { [N in K]?: string } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a computed name is not narrowed
  return (text === undefined ? {} : { [name]: text }) as { [N in K]?: string };
}

/** Where a provider stands in the gallery: its own group, or that of extensions. */
export function groupOf({ definition, origin }: ListedProvider) {
  return origin === "extension" ? "extension" : definition.group;
}
