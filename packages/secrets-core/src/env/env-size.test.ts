import { AppError } from "@latchkey/api-contracts/errors";
import { SecretKey } from "@latchkey/api-contracts/ids";
import { expect, test } from "vitest";
import { mapToEnvName } from "./env-mapping.ts";
import { checkEnvSize, envLimitsOf, smallestEnvLimits } from "./env-size.ts";
import { buildSnapshot } from "./env-snapshot.ts";

const { variableBytes, totalUnits } = smallestEnvLimits;

test("a variable of 131,071 bytes with its name passes, one more is refused by its name", () => {
  const limits = { variableBytes, totalUnits: 1_000_000 };
  const value = "x".repeat(variableBytes - 2);
  expect(() => checkEnvSize({ A: value }, limits)).not.toThrow();
  expect(() => checkEnvSize({ B: "b", A: `${value}x` }, limits)).toThrow(
    new AppError("secrets.variable-too-large", { envName: "A", maxBytes: variableBytes }),
  );
  expect(() => checkEnvSize({ A: "é".repeat(variableBytes / 2) }, limits)).toThrow(/A would be larger/);
});

test("variables of 32,000 units in all pass, one more is refused", () => {
  const half = "é".repeat(totalUnits / 2 - 3);
  expect(() => checkEnvSize({ A: half, B: half })).not.toThrow();
  expect(() => checkEnvSize({ A: half, B: `${half}é` })).toThrow(
    new AppError("secrets.env-too-large", { maxUnits: totalUnits }),
  );
});

test("a snapshot says that no system or that this one cannot start with it", () => {
  const key = SecretKey.parse("provider.a.token");
  const value = "canary".repeat(6_000);
  const snapshot = buildSnapshot([{ key, envName: mapToEnvName(key, { appId: "latchkey" }), value }]);
  expect(() => snapshot.checkSize()).toThrow(/^All variables together would be larger than the 32000 /);
  expect(() => snapshot.checkSize(envLimitsOf("linux"))).not.toThrow();
});
