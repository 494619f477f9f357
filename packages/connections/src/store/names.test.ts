import { type ProviderId, SecretKey } from "@latchkey/api-contracts/ids";
import type { FieldName } from "@latchkey/api-contracts/providers";
import { mapToEnvName } from "@latchkey/secrets-core";
import { assert, property, string, uniqueArray } from "fast-check";
import { expect, test } from "vitest";
import { freeSlug, secretKeyOf, slugOf } from "./names.ts";

const field = "token" as FieldName;
const appId = "latchkey";
const github = { namespace: "provider", id: "github" as ProviderId } as const;

test.each([
  ["GitHub", "github"],
  ["GitHub work", "github-work"],
  ["  Café / Ünit_2.0 ", "cafe-unit-2-0"],
  ["a".repeat(41), "a".repeat(41)],
])("%s becomes %s", (name, slug) => {
  expect(slugOf(name)).toBe(slug);
});

test("any names give keys of their own, whose variables are their own too", () => {
  const names = uniqueArray(string({ unit: "grapheme", minLength: 1, maxLength: 80 }), {
    minLength: 1,
    maxLength: 8,
  });
  assert(
    property(names, (given) => {
      const taken = new Set<SecretKey>();
      for (const name of given) {
        const slug = freeSlug(github, slugOf(name), { fields: [field], appId, taken, takenSlugs: new Set() });
        taken.add(SecretKey.parse(secretKeyOf(github, slug, { field, appId })));
      }
      const variables = new Set([...taken].map((key) => mapToEnvName(key, { appId })));
      expect([taken.size, variables.size]).toEqual([given.length, given.length]);
    }),
  );
});
