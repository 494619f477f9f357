import { describe, expect, test } from "vitest";
import type * as z from "zod";
import { type Area, channelOf } from "../src/area.ts";
import { connections } from "../src/connections.ts";
import { llmConfigs } from "../src/llm-configs.ts";
import { providers } from "../src/providers.ts";

const id = "8d1a4f5e-2f6b-4f0e-9a53-3f2f6f0a7c11";
const at = "2026-11-22T09:15:00.000Z";
const target = { id, revision: 3 };
const value = "canary-a-token";
const name = (length: number) => "n".repeat(length);

const connection = {
  id,
  providerId: "github",
  scope: "user",
  displayName: "GitHub work",
  slug: "github-work",
  createdAt: at,
  updatedAt: at,
  revision: 1,
  isDisabled: false,
  fields: {
    "base-url": "https://api.github.com",
    scopes: ["repo"],
    port: 443,
    strict: true,
    extra: { a: "b" },
  },
  secrets: {
    token: {
      key: "provider.github-work.token",
      state: "present",
      storageBackend: "keychain",
      protection: "os-user",
      source: "generated",
      isReference: false,
      users: 1,
      updatedAt: at,
    },
  },
  aliases: ["GITHUB_TOKEN"],
  state: "not-tested",
  lastTest: null,
  shadowedBy: null,
};
const result = {
  outcome: "failed",
  cause: "auth",
  steps: [{ name: "auth", outcome: "failed", durationMs: 12 }],
  details: "401",
  checkedAt: at,
  appVersion: "0.1.0",
};
const config = {
  id,
  configId: "main",
  providerId: "openai",
  displayName: "Main",
  fields: {},
  key: { key: "latchkey.openai.main", state: "absent", isReference: false, users: 1 },
  state: "draft",
  isDefault: true,
  createdAt: at,
  updatedAt: at,
  revision: 1,
};
const definition = {
  version: 1,
  id: "acme",
  title: "Acme",
  group: "web",
  icon: "web",
  namespace: "provider",
  fields: [{ name: "token", type: "secret", title: "Token" }],
  deliver: "broker",
  test: { noTest: "Acme has nothing to ask." },
};
const listed = { definition, origin: "extension", publisher: "acme", isVerified: false, warnings: 0 };
const newConnection = { providerId: "github", displayName: "GitHub", fields: {} };
const newConfig = { providerId: "openai", displayName: "Main" };

type Cases = { good: unknown[]; bad: Record<string, unknown> };
type Channels = Record<string, { request?: Cases; response: Cases }>;

const noId = { "no id": {}, "an id of another form": { id: "one" }, "a field too many": { id, canary: 1 } };
const noTarget = { "no revision": { id }, "a revision of 0": { id, revision: 0 }, "no id": { revision: 1 } };
const valueCases: Cases = {
  good: [{ ...target, field: "token", value }],
  bad: {
    ...noTarget,
    "no value": { ...target, field: "token" },
    "an empty value": { ...target, field: "token", value: "" },
    "a value with NUL": { ...target, field: "token", value: "canary\0" },
    "a field in capitals": { ...target, field: "Token", value },
  },
};
const one = (key: string, thing: object, broken: object): Cases => ({
  good: [{ [key]: thing }],
  bad: { nothing: {}, "a broken one": { [key]: { ...thing, ...broken } } },
});
const oneConnection = one("connection", connection, { revision: 0.5 });
const oneConfig = one("config", config, { configId: "a.b" });
const empty: Cases = { good: [{}], bad: { "a field too many": { canary: 1 }, "a text": "canary" } };
const ids: Cases = { good: [{ ids: [] }], bad: { "no ids": {}, "a broken id": { ids: [7] } } };
const anyId: Cases = { good: [{ id }], bad: noId };

const channels: Channels = {
  "providers:list": {
    request: empty,
    response: {
      good: [{ providers: [listed] }],
      bad: { "an open list": { providers: [{ ...listed, definition: { ...definition, version: 2 } }] } },
    },
  },
  "providers:changed": { response: { good: [{ ids: ["acme"] }], bad: { "no id": { ids: ["a.b"] } } } },
  "connections:list": {
    request: empty,
    response: {
      good: [
        { connections: [connection], workspace: null, damaged: 0 },
        { connections: [], workspace: "shop", damaged: 1 },
      ],
      bad: {
        "no workspace": { connections: [], damaged: 0 },
        "a state that is not known": {
          connections: [{ ...connection, state: "fine" }],
          workspace: null,
          damaged: 0,
        },
      },
    },
  },
  "connections:get": { request: anyId, response: oneConnection },
  "connections:create": {
    request: {
      good: [
        newConnection,
        { ...newConnection, scope: "workspace", secrets: { token: value }, aliases: ["GITHUB_TOKEN"] },
        { ...newConnection, generatedSecrets: ["key"], usedSecrets: { token: "provider.github.token" } },
      ],
      bad: {
        "no provider": { displayName: "GitHub", fields: {} },
        "no name": { ...newConnection, displayName: "  " },
        "a name too long": { ...newConnection, displayName: name(81) },
        "a name that turns the text": { ...newConnection, displayName: "Git\u202ebuH" },
        "a name of two lines": { ...newConnection, displayName: "Git\nHub" },
        "a scope that is not known": { ...newConnection, scope: "team" },
        "a secret that is empty": { ...newConnection, secrets: { token: "" } },
        "an alias in small letters": { ...newConnection, aliases: ["github_token"] },
        "a key that is none": { ...newConnection, usedSecrets: { token: value } },
        "a value for what is made": { ...newConnection, generatedSecrets: { key: value } },
        "a slug of its own": { ...newConnection, slug: "github" },
      },
    },
    response: {
      good: [
        { connection, refusal: null },
        { connection, refusal: "secrets.weak-protection" },
      ],
      bad: { "no refusal": { connection }, "a refusal of its own": { connection, refusal: "canary" } },
    },
  },
  "connections:update": {
    request: {
      good: [
        target,
        { ...target, displayName: "B", fields: {}, secrets: { token: value }, removedSecrets: ["other"] },
        { ...target, generatedSecrets: ["key"] },
        { ...target, isDisabled: true, scope: "workspace", aliases: [] },
      ],
      bad: {
        ...noTarget,
        "another provider": { ...target, providerId: "openai" },
        "a removed field that is none": { ...target, removedSecrets: ["A"] },
      },
    },
    response: oneConnection,
  },
  "connections:test-and-save": {
    request: {
      good: [
        { testId: id, create: newConnection },
        { testId: id, update: { ...target, secrets: { token: value } } },
      ],
      bad: {
        "no name of the run": { create: newConnection },
        "nothing to save": { testId: id },
        both: { testId: id, create: newConnection, update: target },
        "no revision": { testId: id, update: { id } },
        "a broken connection": { testId: id, create: { ...newConnection, displayName: "" } },
      },
    },
    response: {
      good: [
        { result, saved: null },
        { result: { ...result, outcome: "ok", cause: undefined }, saved: { connection, refusal: null } },
      ],
      bad: { "no result": { saved: null }, "no word on the save": { result } },
    },
  },
  "connections:delete": {
    request: { good: [target, { ...target, alsoInUse: true }], bad: noTarget },
    response: {
      good: [{ id, removedKeys: ["provider.github.token"] }],
      bad: { "no keys": { id }, "a broken key": { id, removedKeys: ["github"] } },
    },
  },
  "connections:set-secret": { request: valueCases, response: oneConnection },
  "connections:replace-secret": { request: valueCases, response: oneConnection },
  "connections:request-secret-access": {
    request: {
      good: [
        { connectionId: id, reason: "To list the models." },
        { connectionId: id, requesterId: "window", reason: "r" },
      ],
      bad: {
        "no reason": { connectionId: id },
        "an empty reason": { connectionId: id, reason: "" },
        "a reason too long": { connectionId: id, reason: "r".repeat(201) },
        "no connection": { reason: "r" },
        "the name of an extension": { connectionId: id, requesterId: "extension:acme.tools", reason: "r" },
        "the name of a tool": { connectionId: id, requesterId: "tool:acme/list", reason: "r" },
        "the name of the server": { connectionId: id, requesterId: "server", reason: "r" },
        "a field too many": { connectionId: id, reason: "r", fields: ["token"] },
      },
    },
    response: {
      good: [
        {
          granted: true,
          secretRef: `ref_${"A".repeat(43)}`,
          reach: "once",
          fields: ["token"],
          expiresAt: at,
        },
        { granted: false, reason: "denied" },
      ],
      bad: {
        "neither yes nor no": { secretRef: `ref_${"A".repeat(43)}` },
        "a ref of another form": {
          granted: true,
          secretRef: value,
          reach: "once",
          fields: [],
          expiresAt: at,
        },
        "a value beside the ref": {
          granted: true,
          secretRef: `ref_${"A".repeat(43)}`,
          reach: "once",
          fields: ["token"],
          expiresAt: at,
          value,
        },
        "a ref with a denial": { granted: false, reason: "denied", secretRef: `ref_${"A".repeat(43)}` },
        "a reason in free words": { granted: false, reason: "the person said no" },
      },
    },
  },
  "connections:usage": {
    request: {
      good: [{ id }, { key: "provider.github.token" }],
      bad: { nothing: {}, both: { id, key: "provider.github.token" } },
    },
    response: {
      good: [
        {
          usage: [
            { by: "server", envNames: ["PROVIDER_GITHUB_TOKEN"] },
            { by: "connection", id, displayName: "B" },
            { by: "llm-default", id },
            { by: "grant", requesterId: "extension:acme.tools", connectionId: id },
          ],
        },
      ],
      bad: { "a user that is not known": { usage: [{ by: "someone" }] } },
    },
  },
  "connections:test": {
    request: {
      good: [
        { testId: id, target: { id } },
        { testId: id, target: { providerId: "github", fields: {}, secrets: { token: value } } },
        { testId: id, target: { id, providerId: "github", fields: {} } },
      ],
      bad: {
        "no name of the run": { target: { id } },
        nothing: { testId: id, target: {} },
        "a value alone": { testId: id, target: { id, secrets: { token: value } } },
      },
    },
    response: {
      good: [{ result }],
      bad: { nothing: {}, "an outcome alone": { result: { outcome: "ok" } } },
    },
  },
  "connections:cancel-test": {
    request: { good: [{ testId: id }], bad: { nothing: {}, "another form": { testId: "1" } } },
    response: { good: [{}], bad: { "a text": "canary" } },
  },
  "connections:open-workspace": {
    request: empty,
    response: { good: [{ workspace: "shop" }, { workspace: null }], bad: { nothing: {} } },
  },
  "connections:close-workspace": { request: empty, response: { good: [{}], bad: { "a text": "canary" } } },
  "connections:changed": { response: ids },
  "llm-configs:list": {
    request: empty,
    response: {
      good: [{ configs: [config, { ...config, key: null }] }],
      bad: { "no key": { configs: [{ ...config, key: undefined }] } },
    },
  },
  "llm-configs:create": {
    request: {
      good: [newConfig, { ...newConfig, fields: { model: "m" }, apiKey: value, isDefault: true }],
      bad: {
        "no name": { providerId: "openai" },
        "an empty key": { ...newConfig, apiKey: "" },
        "a provider that is none": { ...newConfig, providerId: "open ai" },
      },
    },
    response: {
      good: [{ config, refusal: null }],
      bad: { "no refusal": { config }, "no config": { refusal: null } },
    },
  },
  "llm-configs:update": {
    request: {
      good: [target, { ...target, apiKey: value }],
      bad: { ...noTarget, "a scope": { ...target, scope: "user" } },
    },
    response: oneConfig,
  },
  "llm-configs:delete": {
    request: { good: [target], bad: noTarget },
    response: { good: [{ id }], bad: { nothing: {} } },
  },
  "llm-configs:set-default": {
    request: { good: [{ id }, { id: null }], bad: noId },
    response: { good: [{ id: null }], bad: { nothing: {} } },
  },
  "llm-configs:changed": { response: ids },
};

const areas: Area[] = [providers, connections, llmConfigs];
const schemas: [string, { request?: z.ZodType; response: z.ZodType }][] = areas
  .flatMap((area) => [
    ...Object.entries(area.calls).map(([verb, call]) => [channelOf(area, verb), call] as const),
    ...Object.entries(area.events).map(
      ([event, response]) => [channelOf(area, event), { response }] as const,
    ),
  ])
  .map(([channel, call]) => [channel, { ...call }]);

test("every channel has its cases, and no other", () => {
  expect(Object.keys(channels).toSorted()).toEqual(schemas.map(([channel]) => channel).toSorted());
});

describe.each(schemas)("%s", (channel, call) => {
  const cases = channels[channel];
  const sides = (["request", "response"] as const).flatMap((side) => {
    const schema = call[side];
    return schema ? [[side, schema, cases?.[side] ?? { good: [], bad: {} }] as const] : [];
  });

  test.each(sides)("takes a good %s", (_side, schema, { good }) => {
    expect(good.length).toBeGreaterThan(0);
    expect(good.map((input) => schema.safeParse(input).error)).toEqual(good.map(() => undefined));
  });

  test.each(sides)("refuses a bad %s", (_side, schema, { bad }) => {
    const taken = Object.entries(bad).filter(([, input]) => schema.safeParse(input).success);
    expect(Object.keys(bad).length).toBeGreaterThan(0);
    expect(taken.map(([why]) => why)).toEqual([]);
  });
});
