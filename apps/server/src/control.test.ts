import { ServerEnv } from "@latchkey/api-contracts/server";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { controlNames, readControl } from "./control.ts";

const valid = {
  LATCHKEY_SERVER_GENERATION: "3",
  LATCHKEY_SERVER_TOKEN: "t".repeat(43),
  LATCHKEY_SERVER_NONCE: "n".repeat(22),
};

const numbers = ["", " ", "0", "-0", "-1", "1.5", "1e3", "0x10", " 8 ", "65535", "65536", "9007199254740993"];
const words = ["127.0.0.1", "127.0.0.1\n", "0.0.0.0", "Infinity", "stdin", "none", "STDIN"];
const lists = [
  "A",
  "A,B",
  "A,,B",
  ",",
  "a",
  "A\n",
  "A,Á",
  "_",
  "1A",
  "LATCHKEY_SERVER_TOKEN",
  "A".repeat(201),
];
const marks = ["t".repeat(42), "t".repeat(43), `${"t".repeat(43)}\n`, `${"t".repeat(42)}=`, "n".repeat(22)];

/** Texts near the edge of what a variable may be, and any text. */
const odd = fc.oneof(
  fc.constantFrom(...numbers, ...words, ...lists, ...marks, "A".repeat(200)),
  fc.string({ unit: "binary", maxLength: 50 }),
  fc.stringMatching(/^[A-Z_][A-Z0-9_,]{0,20}$/),
);
const changes = fc.array(fc.tuple(fc.constantFrom(...controlNames), fc.option(odd, { nil: undefined })), {
  maxLength: 3,
});

test("control variables are read and refused exactly as the contract does", () => {
  let refused = 0;
  fc.assert(
    fc.property(changes, (changed) => {
      const env = { ...valid, ...Object.fromEntries(changed) };
      const own = readControl(env);
      if (!own) refused += 1;
      expect(own).toEqual(ServerEnv.safeParse(env).data);
    }),
    { numRuns: 5_000 },
  );
  expect([refused > 500, refused < 4_500]).toEqual([true, true]);
});

test("the control variables are those of the contract", () => {
  expect(controlNames.toSorted()).toEqual(Object.keys(ServerEnv.shape).toSorted());
});
