import { expect, test } from "vitest";
import * as z from "zod";
import { AccessResponse } from "../src/access.ts";
import { channelOf } from "../src/area.ts";
import { AuditEvent } from "../src/audit.ts";
import { CheckReport, checkRequests, TestResult } from "../src/connection-test.ts";
import { ErrorData } from "../src/error-data.ts";
import { areas, consentWindowAreas, extensionWindowAreas } from "../src/ipc.ts";
import { EnvironmentResponse, HealthResponse, ReadyResponse } from "../src/server.ts";
import { SecretValue } from "../src/text.ts";
import { findLeaks } from "./leak-walk.ts";

const answers: [string, z.ZodType][] = [
  ...Object.values({ ...areas, ...consentWindowAreas, ...extensionWindowAreas }).flatMap((area) => [
    ...Object.entries(area.calls).map(([verb, call]): [string, z.ZodType] => [
      channelOf(area, verb),
      call.response,
    ]),
    ...Object.entries(area.events).map(([name, event]): [string, z.ZodType] => [
      channelOf(area, name),
      event,
    ]),
  ]),
  ["the answer to an access request", AccessResponse],
  ["an error", ErrorData],
  ["an audit event", AuditEvent],
  ["/healthz", HealthResponse],
  ["/readyz", ReadyResponse],
  ["/v1/environment", EnvironmentResponse],
  ["the report of a check", CheckReport],
  ["the result of a test", TestResult],
];

test.each(answers)("%s cannot carry a secret value", (_name, schema) => {
  expect(findLeaks(schema)).toEqual([]);
});

test.each([
  ["a secret value", z.object({ secret: z.array(SecretValue.optional()) })],
  ["a free string", z.object({ note: z.string().max(20).nullable() })],
  ["a string with an open pattern", z.object({ note: z.string().regex(/^sk-/) })],
  ["anything", z.object({ data: z.unknown() })],
  ["a map of free strings", z.record(z.string(), z.string())],
])("an answer that holds %s is found", (_name, schema) => {
  expect(findLeaks(schema)).not.toEqual([]);
});

test.each(Object.entries(checkRequests))(
  "a check over %s names its secrets and holds none",
  (_kind, schema) => {
    expect(findLeaks(schema.shape.secrets, "secrets")).toEqual([]);
  },
);

test("the requests that take a secret value are the few that save or try one", () => {
  const takers = Object.values(areas).flatMap((area) =>
    Object.entries(area.calls)
      .filter(([, call]) => findLeaks(call.request).some((leak) => leak.endsWith("a secret value")))
      .map(([verb]) => channelOf(area, verb)),
  );
  expect(takers).toEqual([
    "secrets:upsert",
    "connections:create",
    "connections:update",
    "connections:test-and-save",
    "connections:set-secret",
    "connections:replace-secret",
    "connections:test",
    "llm-configs:create",
    "llm-configs:update",
  ]);
});
