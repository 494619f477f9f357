import { createInstance, type TFunction } from "i18next";
import { localeOf, resources } from "../locales/index.ts";

/** The words of the main process, for menus and dialogs, in the language of the system. */
export function translatorFor(language: string): TFunction {
  const instance = createInstance();
  void instance.init({
    resources,
    lng: localeOf(language),
    fallbackLng: "en",
    initAsync: false,
    interpolation: { escapeValue: false },
  });
  return instance.t;
}
