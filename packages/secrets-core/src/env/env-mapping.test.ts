import { AppError } from "@latchkey/api-contracts/errors";
import { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { secretKey } from "../../test/arbitraries.ts";
import { refuseCollision } from "./env-collision.ts";
import { isAppId, mapToEnvName } from "./env-mapping.ts";
import { isReservedName } from "./reserved-names.ts";

const map = (key: string, envName?: string) => mapToEnvName(key, { appId: "latchkey", envName });

function refusal(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error instanceof AppError ? [error.code, error.details.rule ?? error.details.envName] : error;
  }
}

describe("a key gives a name", () => {
  test.each([
    ["provider.openai.api-key", "PROVIDER_OPENAI_API_KEY"],
    ["sftp.backup_host.password", "SFTP_BACKUP_HOST_PASSWORD"],
    ["mcp.system.github.token", "MCP_SYSTEM_GITHUB_TOKEN"],
    ["mcp.ext.acme.token", "MCP_EXT_ACME_TOKEN"],
    ["latchkey.openai.main", "LLM_OPENAI_MAIN"],
  ])("%s gives %s", (key, name) => {
    expect(map(key)).toBe(name);
  });

  test("an install key gives the name declared for it", () => {
    expect(map("install.database", "DATABASE_URL")).toBe("DATABASE_URL");
  });

  test("every key of a known form has a name that is not reserved, the same each time", () => {
    const property = fc.property(secretKey, (key) => {
      const name = map(key);
      expect([EnvName.safeParse(name).success, isReservedName(name), map(key)]).toEqual([true, false, name]);
    });
    fc.assert(property);
  });
});

describe("a key is refused", () => {
  test.each([
    ["vault.openai.api-key", undefined, "known-namespace"],
    ["mcp.other.a.b", undefined, "known-namespace"],
    ["mcp.system.a", undefined, "wrong-form"],
    ["provider.openai", undefined, "wrong-form"],
    ["provider.openai.api.key", undefined, "wrong-form"],
    ["latchkey.openai", undefined, "wrong-form"],
    ["install.a.b", "A_B", "wrong-form"],
    ["Provider.openai.key", undefined, "wrong-form"],
    ["install.database", undefined, "needs-env-name"],
    ["install.database", "lower", "wrong-form"],
    ["install.database", "A=B", "wrong-form"],
    ["provider.openai.api-key", "OPENAI_API_KEY", "fixed-env-name"],
    [`provider.${"a".repeat(200)}.x`, undefined, "too-long"],
  ])("%s with the name %s: %s", (key, envName, rule) => {
    expect(refusal(() => map(key, envName))).toEqual(["secrets.invalid-key", rule]);
  });

  test("a name longer than a variable may be is refused", () => {
    const key = `a.${"b".repeat(98)}.${"c".repeat(98)}`;
    expect(refusal(() => mapToEnvName(key, { appId: "a" }))).toEqual(["secrets.invalid-key", "too-long"]);
  });

  test.each([
    "PATH",
    "NODE_OPTIONS",
    "LD_PRELOAD",
    "DYLD_INSERT_LIBRARIES",
    "ELECTRON_RUN_AS_NODE",
    "HTTPS_PROXY",
    "SSL_CERT_FILE",
    "GIT_SSH_COMMAND",
    "NPM_CONFIG_REGISTRY",
    "XDG_DATA_HOME",
    "DBUS_SESSION_BUS_ADDRESS",
    "HOME",
    "LATCHKEY_SERVER_TOKEN",
    "BASH_ENV",
    "PYTHONPATH",
    "IFS",
  ])("%s is a reserved name", (name) => {
    expect(refusal(() => map("install.database", name))).toEqual(["secrets.reserved-name", name]);
  });

  test("names are reserved in any case", () => {
    expect(["path", "Node_Options", "https_proxy"].map(isReservedName)).toEqual([true, true, true]);
  });
});

test("two keys with one name are refused, naming both", () => {
  const [key, otherKey] = [SecretKey.parse("provider.a-b.c"), SecretKey.parse("provider.a.b-c")];
  const envName = map(key);
  expect(envName).toBe(map(otherKey));
  expect(() => refuseCollision(key, envName, [[otherKey, { envName }]])).toThrow(
    new AppError("secrets.collision", { key, otherKey, envName }),
  );
  expect(() => refuseCollision(key, envName, [[key, { envName }]])).not.toThrow();
});

test("an app id is one segment that is no namespace", () => {
  expect(["latchkey", "my-app", "provider", "mcp", "a.b", "Upper", ""].map(isAppId)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});
