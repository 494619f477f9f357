import { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { secretKey } from "../../test/arbitraries.ts";
import { mapToEnvName } from "../env/env-mapping.ts";
import { isReservedName } from "../env/reserved-names.ts";
import { keyFromName } from "./key-from-name.ts";

test.each([
  ["OPENAI_API_KEY", "provider.openai.api-key", undefined],
  ["GITHUB_TOKEN", "provider.github.token", undefined],
  ["PROVIDER_MY_HOST_CLIENT_SECRET", "provider.my-host.client-secret", undefined],
  ["MCP_EXT_ACME_TOKEN", "mcp.ext.acme.token", undefined],
  ["DATABASE_URL", "install.database-url", "DATABASE_URL"],
  ["ACME_API_KEY", "install.acme-api-key", "ACME_API_KEY"],
  ["my.setting", "install.my-setting--2r7ydtzmzlb7qnzr", "MY_SETTING"],
])("%s is suggested as %s", (name, key, envName) => {
  const suggested = keyFromName(name);
  expect([suggested.key.replace(/--[a-z2-7]{16}$/, "--hash"), suggested.envName]).toEqual([
    key.replace(/--[a-z2-7]{16}$/, "--hash"),
    envName,
  ]);
});

test("every variable of a dotenv file is suggested a key that can be stored", () => {
  const property = fc.property(fc.stringMatching(/^[\w.-]{1,40}$/), (name) => {
    const { key, envName } = keyFromName(name);
    expect(SecretKey.safeParse(key).success).toBe(true);
    const target = envName ?? name;
    if (EnvName.safeParse(target).success && !isReservedName(target)) {
      mapToEnvName(key, { appId: "latchkey", envName });
    }
  });
  fc.assert(property, { numRuns: 500 });
});

test("a name that the mapping gave comes back to a key with that name", () => {
  const property = fc.property(secretKey, (key) => {
    const name = mapToEnvName(key, { appId: "latchkey" });
    const suggested = keyFromName(name);
    expect(mapToEnvName(suggested.key, { appId: "latchkey", envName: suggested.envName })).toBe(name);
  });
  fc.assert(property);
});
