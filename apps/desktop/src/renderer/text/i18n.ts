import { createInstance } from "i18next";
import { initReactI18next } from "react-i18next";
import { defaultLocale, localeOf, resources } from "../../locales/index.ts";

/** Loads the catalog of a language tag and tells the document which one it is. */
export async function startI18n(language: string): Promise<void> {
  const i18n = createInstance();
  await i18n.use(initReactI18next).init({
    resources,
    lng: localeOf(language),
    fallbackLng: defaultLocale,
    interpolation: { escapeValue: false }, // React escapes
    returnNull: false,
  });
  document.documentElement.lang = i18n.language;
}
