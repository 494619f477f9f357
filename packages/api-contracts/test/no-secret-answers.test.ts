import { expect, test } from "vitest";
import * as z from "zod";
import { channelOf } from "../src/area.ts";
import { AuditEvent } from "../src/audit.ts";
import { ErrorData } from "../src/error-data.ts";
import { areas } from "../src/ipc.ts";
import { EnvironmentResponse, HealthResponse, ReadyResponse } from "../src/server.ts";
import { SecretValue } from "../src/text.ts";
import { findLeaks } from "./leak-walk.ts";

const answers: [string, z.ZodType][] = [
  ...Object.values(areas).flatMap((area) => [
    ...Object.entries(area.calls).map(([verb, call]): [string, z.ZodType] => [
      channelOf(area, verb),
      call.response,
    ]),
    ...Object.entries(area.events).map(([name, event]): [string, z.ZodType] => [
      channelOf(area, name),
      event,
    ]),
  ]),
  ["an error", ErrorData],
  ["an audit event", AuditEvent],
  ["/healthz", HealthResponse],
  ["/readyz", ReadyResponse],
  ["/v1/environment", EnvironmentResponse],
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

test("the only request that takes a secret value is the upsert of a secret", () => {
  const takers = Object.values(areas).flatMap((area) =>
    Object.entries(area.calls)
      .filter(([, call]) => findLeaks(call.request).some((leak) => leak.endsWith("a secret value")))
      .map(([verb]) => channelOf(area, verb)),
  );
  expect(takers).toEqual(["secrets:upsert"]);
});
