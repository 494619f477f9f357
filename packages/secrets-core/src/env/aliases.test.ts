import { SecretKey } from "@latchkey/api-contracts/ids";
import { expect, test } from "vitest";
import { codeOf } from "../../test/open-store.ts";
import { mapToEnvName } from "./env-mapping.ts";
import { buildSnapshot } from "./env-snapshot.ts";

const openai = SecretKey.parse("provider.openai.api-key");
const other = SecretKey.parse("provider.other.token");
const entry = (key: SecretKey, value?: string) => ({
  key,
  envName: mapToEnvName(key, { appId: "latchkey" }),
  value,
});
const codeOfAlias = (envName: string) =>
  codeOf(
    (async () =>
      buildSnapshot([entry(openai, "canary-1"), entry(other)]).withAliases([{ key: openai, envName }]))(),
  );

test("a secret is also under its alias, and is one key still", () => {
  const snapshot = buildSnapshot([entry(openai, "canary-1"), entry(other)]);
  const aliases = [
    { key: openai, envName: "OPENAI_API_KEY" },
    { key: other, envName: "OTHER_TOKEN" },
  ];
  const withAliases = snapshot.withAliases(aliases);
  expect([withAliases.toEnv(), withAliases.keys, withAliases.unreadable, snapshot.names]).toEqual([
    { OPENAI_API_KEY: "canary-1", PROVIDER_OPENAI_API_KEY: "canary-1" },
    [openai],
    [other],
    ["PROVIDER_OPENAI_API_KEY"],
  ]);
});

test("an alias is refused where it is reserved, malformed or another secret's, also an unreadable one's", async () => {
  const codes = ["NODE_OPTIONS", "openai", "PROVIDER_OTHER_TOKEN", "OPENAI_API_KEY"].map(codeOfAlias);
  expect(await Promise.all(codes)).toEqual([
    "secrets.reserved-name",
    "secrets.invalid-key",
    "secrets.collision",
    "done",
  ]);
});
