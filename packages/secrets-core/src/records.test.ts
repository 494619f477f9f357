import { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { IndexRecord } from "./index-document.ts";
import { Records } from "./records.ts";

const keyOf = (n: number) => SecretKey.parse(`provider.a${n}.token`);
const nameOf = (n: number) => EnvName.parse(`NAME_${n}`);

const record = (n: number, aliases: number[]): IndexRecord => ({
  envName: nameOf(n),
  aliases: aliases.map(nameOf),
  storageBackend: "memory",
  protection: "os-user",
  storageReason: "working",
  version: "abcdefghijkl",
  source: "entered",
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
});

const change = fc
  .tuple(
    fc.nat(120),
    fc.option(fc.tuple(fc.nat(200), fc.array(fc.nat(200), { maxLength: 2 })), { nil: undefined }),
  )
  .map(([n, made]) => [keyOf(n), made && record(...made)] as const);
const changes = fc.array(fc.array(change, { maxLength: 40 }), { maxLength: 6 });

/** The same by a map that is copied whole. */
function follow(
  model: ReadonlyMap<SecretKey, IndexRecord>,
  step: readonly (readonly [SecretKey, IndexRecord | undefined])[],
) {
  const next = new Map(model);
  for (const [key, made] of step) {
    if (made) next.set(key, made);
    else next.delete(key);
  }
  return next;
}

test("records answer as a map that is copied for each change, and leave the former ones as they were", () => {
  fc.assert(
    fc.property(changes, (steps) => {
      let [model, records] = [new Map<SecretKey, IndexRecord>(), Records.from([])];
      for (const step of steps) {
        const former = [new Map(model), records] as const;
        [model, records] = [follow(model, step), records.with(step)];
        expect(new Map(records)).toEqual(model);
        expect(new Map(former[1])).toEqual(former[0]);
        const told = new Map(former[1].changesTo(records));
        expect(follow(former[0], [...told])).toEqual(model);
        expect([...told].every(([key, made]) => former[0].get(key) !== made)).toBe(true);
      }
    }),
  );
});

test("a name that another key has, as its variable or an alias, is found at whatever time it came", () => {
  fc.assert(
    fc.property(changes, fc.nat(200), fc.nat(120), (steps, name, own) => {
      const [model, records] = steps.reduce(
        ([map, all], step) => [follow(map, step), all.with(step)] as const,
        [new Map<SecretKey, IndexRecord>() as ReadonlyMap<SecretKey, IndexRecord>, Records.from([])] as const,
      );
      const holders = [...model]
        .filter(([, { envName, aliases = [] }]) => [envName, ...aliases].includes(nameOf(name)))
        .map(([key]) => key);
      // More than one holder is what the store refuses.
      fc.pre(holders.length <= 1);
      const other = holders.find((key) => key !== keyOf(own));
      expect(records.otherWith(nameOf(name), keyOf(own))).toBe(other);
    }),
  );
});
