import { BrokerFailure, DenialReason } from "@latchkey/api-contracts/access";
import { ConsentChange } from "@latchkey/api-contracts/consent";
import { PendingReason, ServerPhase, ServerReason } from "@latchkey/api-contracts/desktop";
import { ErrorCode } from "@latchkey/api-contracts/error-data";
import { ExtensionStop } from "@latchkey/api-contracts/extensions";
import { rules } from "@latchkey/api-contracts/rules";
import {
  Protection,
  SecretChange,
  SecretSource,
  SecretState,
  StorageBackendName,
  StorageReason,
} from "@latchkey/api-contracts/secrets";
import { describe, expect, test } from "vitest";
import { localeOf, resources } from "./index.ts";

type Catalog = { readonly [name: string]: string | Catalog };
const PLURAL = /_(zero|one|two|few|many|other)$/;

function flatten(catalog: Catalog, path = ""): [string, string][] {
  return Object.entries(catalog).flatMap(([name, entry]) =>
    typeof entry === "string"
      ? [[path + name, entry] satisfies [string, string]]
      : flatten(entry, `${path}${name}.`),
  );
}

const catalogs = Object.entries(resources).map(([locale, { translation }]) => {
  const entries = flatten(translation);
  return { locale, entries, texts: new Map(entries) };
});
const [en, ru] = catalogs;
if (!en || !ru) throw new Error("two catalogs expected");

const placeholders = (text: string) =>
  [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]))].toSorted();

const byBaseName = (entries: readonly (readonly [string, string])[]) =>
  Object.fromEntries(entries.map(([key, text]) => [key.replace(PLURAL, ""), placeholders(text)]));

test("both catalogs have the same entries with the same placeholders", () => {
  expect(byBaseName(ru.entries)).toEqual(byBaseName(en.entries));
});

describe.each(catalogs)("catalog $locale", ({ locale, entries, texts }) => {
  test("has every plural form that its language needs", () => {
    const needed = new Intl.PluralRules(locale).resolvedOptions().pluralCategories.toSorted();
    const bases = new Set(
      entries.filter(([key]) => PLURAL.test(key)).map(([key]) => key.replace(PLURAL, "")),
    );
    for (const base of bases) {
      const forms = entries.flatMap(([key]) =>
        key.replace(PLURAL, "") === base ? [PLURAL.exec(key)?.[1] ?? "none"] : [],
      );
      expect([base, forms.toSorted()]).toEqual([base, needed]);
    }
  });

  test("has a next step of its own for every storage reason", () => {
    const steps = StorageReason.options.map((reason) => texts.get(`storage.next.${reason}`));
    expect(new Set(steps).size).toBe(steps.length);
  });

  test("has no empty text", () => {
    expect(entries.filter(([, text]) => text.trim() === "")).toEqual([]);
  });

  test.each([
    ["errors", ErrorCode.options],
    ["rules", Object.keys(rules)],
    ["storage.reason", StorageReason.options],
    ["storage.next", StorageReason.options],
    ["storage.backend", StorageBackendName.options],
    ["storage.protection", Protection.options],
    ["secrets.state", SecretState.options],
    ["secrets.source", SecretSource.options],
    ["secrets.done", SecretChange.options],
    ["server.phase", ServerPhase.options],
    ["server.text", ServerPhase.options],
    ["server.reason", ServerReason.shape.kind.options],
    ["change.reason", PendingReason.options],
    ["activity.reason", ServerReason.shape.kind.options],
    ["activity.reason", PendingReason.options],
    ["activity.reason", DenialReason.options],
    ["activity.reason", BrokerFailure.options],
    ["activity.reason", ExtensionStop.options],
    ["activity.reason", ConsentChange.options.map((change) => `${change}-changed`)],
  ])("has an entry for every member of %s", (area, members) => {
    expect(members.filter((member) => !texts.has(`${area}.${member}`))).toEqual([]);
  });
});

test("the English error texts carry the details that the error table names", async () => {
  const { errorTable } = await import("@latchkey/api-contracts/errors");
  for (const code of ErrorCode.options) {
    const table = [...errorTable[code].message.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    expect([code, placeholders(en.texts.get(`errors.${code}`) ?? "")]).toEqual([
      code,
      [...new Set(table)].toSorted(),
    ]);
  }
});

test("a language tag leads to its catalog, and an unknown one to English", () => {
  expect(["ru", "ru-RU", "RU_ru", "en-GB", "de", "", "toString"].map(localeOf)).toEqual([
    "ru",
    "ru",
    "ru",
    "en",
    "en",
    "en",
    "en",
  ]);
});
