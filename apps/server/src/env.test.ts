import { expect, test } from "vitest";
import { takeServerEnv } from "./env.ts";

const control = {
  LATCHKEY_SERVER_GENERATION: "3",
  LATCHKEY_SERVER_TOKEN: "t".repeat(43),
  LATCHKEY_SERVER_NONCE: "n".repeat(22),
  LATCHKEY_SERVER_SECRET_NAMES: "PROVIDER_A_KEY,PROVIDER_B_KEY",
};

test("takes the mapped variables, and leaves neither them nor the token for children", async () => {
  const env = { ...control, PATH: "/bin", PROVIDER_A_KEY: "canary-a", UNMAPPED: "stays" };
  const { secrets } = await takeServerEnv(env);
  expect([...secrets]).toEqual([["PROVIDER_A_KEY", "canary-a"]]);
  expect(env).toEqual({
    PATH: "/bin",
    UNMAPPED: "stays",
    LATCHKEY_SERVER_GENERATION: "3",
    LATCHKEY_SERVER_SECRET_NAMES: "PROVIDER_A_KEY,PROVIDER_B_KEY",
  });
});

test.each([
  ["LATCHKEY_SERVER_GENERATION", "x", "wrong-type"],
  ["LATCHKEY_SERVER_TOKEN", undefined, "missing"],
  ["LATCHKEY_SERVER_TOKEN", "canary-short", "wrong-form"],
  ["LATCHKEY_SERVER_HOST", "0.0.0.0", "not-allowed"],
  ["LATCHKEY_SERVER_SECRET_NAMES", "LATCHKEY_SERVER_TOKEN", "not-allowed"],
])("refuses %s of %s and names the rule, not the value", async (field, value, rule) => {
  const refusal = { code: "server.invalid-env", details: { field, rule } };
  const taking = takeServerEnv({ ...control, [field]: value });
  await expect(taking).rejects.toMatchObject(refusal);
  await expect(taking).rejects.not.toThrow(/canary/);
});
