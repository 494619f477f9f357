import { ErrorCode } from "@latchkey/api-contracts/error-data";
import { rules } from "@latchkey/api-contracts/rules";
import { expect, test } from "vitest";
import { resources } from "./index.ts";

type Catalog = { readonly [name: string]: string | Catalog };
const plural = /_(zero|one|two|few|many|other)$/;

function flatten(catalog: Catalog, path = ""): [string, string][] {
  return Object.entries(catalog).flatMap(([name, entry]): [string, string][] =>
    typeof entry === "string" ? [[path + name, entry]] : flatten(entry, `${path}${name}.`),
  );
}

const placeholders = (text: string) =>
  [...new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? ""))].toSorted((a, b) =>
    a < b ? -1 : 1,
  );

const catalogs = Object.entries(resources).map(([locale, { translation }]) => ({
  locale,
  entries: flatten(translation),
}));

test("the catalogs of all languages have the same entries with the same placeholders", () => {
  const [first, ...others] = catalogs.map(({ entries }) =>
    Object.fromEntries(entries.map(([key, text]) => [key.replace(plural, ""), placeholders(text)])),
  );
  expect(others.length).toBeGreaterThan(0);
  for (const other of others) expect(other).toEqual(first);
});

test.each(catalogs)(
  "the catalog $locale has every plural form of its language, and no empty text",
  ({ locale, entries }) => {
    const needed = new Intl.PluralRules(locale).resolvedOptions().pluralCategories.toSorted();
    const forms = new Map<string, string[]>();
    for (const [key] of entries) {
      const [ending, form] = plural.exec(key) ?? [];
      if (ending === undefined || form === undefined) continue;
      const base = key.slice(0, -ending.length);
      forms.set(base, [...(forms.get(base) ?? []), form]);
    }
    const incomplete = [...forms].filter(([, found]) => found.toSorted().join() !== needed.join());
    const empty = entries.filter(([, text]) => text.trim() === "");
    expect([incomplete, empty]).toEqual([[], []]);
  },
);

test("every error and every rule has words", () => {
  const [{ entries } = { entries: [] }] = catalogs;
  const keys = new Set(entries.map(([key]) => key));
  const wanted = [
    ...ErrorCode.options.map((code) => `errors.${code}`),
    ...Object.keys(rules).map((rule) => `rules.${rule}`),
  ];
  expect(wanted.filter((key) => !keys.has(key))).toEqual([]);
});
