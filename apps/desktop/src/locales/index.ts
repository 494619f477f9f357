import en from "./en.json";
import ru from "./ru.json";

/** The catalogs by locale, in the form that i18next takes: one namespace, `translation`. */
export const resources = { en: { translation: en }, ru: { translation: ru } } as const;

export type Locale = keyof typeof resources;
export const defaultLocale: Locale = "en";

const isLocale = (name: string): name is Locale => Object.hasOwn(resources, name);

/** The locale for a language tag such as `ru-RU`; English where there is no catalog. */
export function localeOf(language: string): Locale {
  const base = language.toLowerCase().split(/[-_]/)[0] ?? "";
  return isLocale(base) ? base : defaultLocale;
}
