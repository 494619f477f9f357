import { expect, test } from "vitest";
import { audit } from "./audit.ts";

const { request, response } = audit.calls.status;

test.each([
  ["nothing lost", { unrecorded: 0 }, true],
  ["some lost", { unrecorded: 3 }, true],
  ["no number", {}, false],
  ["less than none", { unrecorded: -1 }, false],
  ["a field too many", { unrecorded: 0, keys: ["provider.a.key"] }, false],
])("how the log stands, with %s", (_what, status, isValid) => {
  const results = [response, audit.events.statusChanged].map((schema) => schema.safeParse(status).success);
  expect(results).toEqual([isValid, isValid]);
});

test("how the log stands is asked with nothing", () => {
  expect([request.safeParse({}).success, request.safeParse({ all: true }).success]).toEqual([true, false]);
});
