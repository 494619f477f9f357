import type { ExtensionId, ProviderId } from "@latchkey/api-contracts/ids";
import { ListedProvider } from "@latchkey/api-contracts/providers";
import { expect, test } from "vitest";
import { createProviderRegistry } from "./registry.ts";

const extensionId = "acme.tools" as ExtensionId;
const definition = {
  version: 1,
  id: "acme",
  title: "Acme",
  group: "web",
  icon: "icon.svg",
  namespace: "provider",
  fields: [{ name: "token", type: "secret", title: "Token" }],
  deliver: "broker",
  test: { noTest: "Nothing to ask." },
};
const contribution = { extensionId, publisher: "acme", isVerified: false, definitions: [definition] };

test("what an extension brings is listed after the built-in providers, and goes with it", () => {
  const registry = createProviderRegistry();
  const told: unknown[] = [];
  registry.subscribe((ids) => told.push(ids));
  const builtIn = registry.list().length;
  expect(registry.contribute(contribution)).toEqual({ accepted: ["acme"], refused: [] });
  expect(registry.list().at(-1)).toMatchObject({ origin: "extension", publisher: "acme", isVerified: false });
  expect(registry.list().map((listed) => ListedProvider.safeParse(listed).success)).not.toContain(false);
  registry.withdraw(extensionId);
  expect([registry.list().length, registry.find("acme" as ProviderId), told]).toEqual([
    builtIn,
    undefined,
    [["acme"], ["acme"]],
  ]);
});

test("a definition that is refused hides no other, and none takes the place of another's", () => {
  const registry = createProviderRegistry();
  const report = registry.contribute({
    ...contribution,
    definitions: [{ ...definition, id: "github" }, { canary: 1 }, { ...definition, later: 1 }],
  });
  expect(report.accepted).toEqual(["acme"]);
  expect(report.refused.map(({ index }) => index)).toEqual([0, 1]);
  expect(report.refused[0]?.problems).toEqual([{ path: "id", rule: "duplicate" }]);
  expect(registry.find("github" as ProviderId)?.title).toBe("GitHub");
  expect(registry.list().at(-1)?.warnings).toBe(1);
});
