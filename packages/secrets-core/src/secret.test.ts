import { format, inspect } from "node:util";
import { deserialize, serialize } from "node:v8";
import { expect, test } from "vitest";
import { Secret } from "./secret.ts";

const value = "canary-é-secret";

test("no way of printing, copying or joining a secret shows its value", () => {
  const secret = Secret.from(value);
  const printed = secret as unknown as string;
  const bound = { secret, list: [secret] };
  const shown = [
    String(secret),
    `${printed}x`,
    JSON.stringify(bound),
    inspect(bound, { showHidden: true, depth: Infinity, customInspect: false }),
    inspect(secret),
    format("%s %o %j %O %d", secret, secret, secret, secret, secret),
    new Error(`failed with ${printed}`).stack,
    JSON.stringify(structuredClone(bound)),
    inspect(deserialize(serialize(bound))),
    JSON.stringify(Object.assign({}, secret)),
    Object.entries(secret).join(),
  ];
  expect(shown.filter((text) => text?.includes("canary") || text?.includes("99, 97"))).toEqual([]);
});

test("the bytes are lent, and overwritten when the function has ended, whatever its end", async () => {
  const secret = Secret.from(value);
  const lent: Uint8Array[] = [];
  const text = await secret.use(async (bytes) => {
    lent.push(bytes);
    return new TextDecoder().decode(bytes);
  });
  await expect(
    secret.use((bytes) => {
      lent.push(bytes);
      throw new Error("failed");
    }),
  ).rejects.toThrow("failed");
  expect([text, lent.map((bytes) => bytes.every((byte) => byte === 0))]).toEqual([value, [true, true]]);
});

test("an error that the function throws leaves without the value", async () => {
  const error = await Secret.from(value)
    .use((bytes) => {
      throw Object.assign(new TypeError(`bad ${Buffer.from(bytes).toString()}`), {
        input: Buffer.from(bytes),
      });
    })
    .catch((error: unknown) => error);
  expect([error instanceof TypeError, inspect(error).includes("canary"), String(error)]).toEqual([
    true,
    false,
    "TypeError: bad [redacted]",
  ]);
});

test("a secret is its own copy, and lends nothing after it was disposed of", async () => {
  const bytes = new TextEncoder().encode(value);
  const secret = Secret.from(bytes);
  bytes.fill(0);
  expect(await secret.use((lent) => Buffer.from(lent).toString())).toBe(value);
  secret[Symbol.dispose]();
  await expect(secret.use(() => "lent")).rejects.toThrow("disposed");
});
