import { ConsentDecision } from "@latchkey/api-contracts/consent";
import { expect, test } from "vitest";
import { grantViews } from "./grant-view.ts";

test("a grant can be revoked, a denial taken back, and whoever is not blocked yet can be", () => {
  const actions = ConsentDecision.options.map((decision) => [decision, grantViews[decision].actions]);
  expect(Object.fromEntries(actions)).toEqual({
    once: ["revoke", "block"],
    always: ["revoke", "block"],
    denied: ["takeBack", "block"],
    blocked: ["letAsk"],
  });
});
