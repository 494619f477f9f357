import { createInstance, type TFunction } from "i18next";
import { type Locale, resources } from "../locales/index.ts";

export function translatorFor(locale: Locale): TFunction {
  const instance = createInstance();
  void instance.init({
    resources,
    lng: locale,
    fallbackLng: "en",
    initAsync: false,
    interpolation: { escapeValue: false },
  });
  return instance.t;
}
