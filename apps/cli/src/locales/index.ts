import en from "./en.json" with { type: "json" };
import ru from "./ru.json" with { type: "json" };

/** The catalogs by locale, in the form that i18next takes. */
export const resources = { en: { translation: en }, ru: { translation: ru } } as const;
export type Locale = keyof typeof resources;
