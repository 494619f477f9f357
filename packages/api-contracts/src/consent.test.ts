import { expect, test } from "vitest";
import { consent, consentPrompt } from "./consent.ts";

const connectionId = "6f1b1f0e-6d0c-4c51-9a57-0a1f1c1f0b11";
const questionId = "0b9a1c7e-1d5f-4c55-8a27-9a1f1c1f0b22";
const requesterId = "extension:acme.models";
const at = "2026-01-02T03:04:05.678Z";
const pair = { requesterId, connectionId };

const question = {
  questionId,
  requester: { requesterId, name: "Models", publisher: "acme", isVerified: false, version: "1.0.0" },
  connection: {
    connectionId,
    displayName: "OpenAI",
    providerId: "openai",
    providerTitle: "OpenAI",
    scope: "user",
  },
  access: "uses",
  fields: [{ name: "api-key", title: "API key" }],
  reason: "To list the models",
  address: "https://api.openai.com",
  lastUsedAt: null,
  changes: ["content"],
  denyBlocks: false,
  askedAt: at,
  expiresAt: at,
};

const record = {
  requesterId,
  connectionId,
  requesterName: "Models",
  decision: "always",
  access: "uses",
  fields: ["api-key"],
  decidedAt: at,
  lastUsedAt: null,
  useCount: 0,
};

const { calls } = consent;
const prompt = consentPrompt.calls;

test.each([
  ["consent:list", calls.list.request, {}, { all: true }],
  ["consent:revoke", calls.revoke.request, pair, { requesterId }],
  ["consent:block", calls.block.request, pair, { ...pair, requesterId: "person" }],
  ["consent:unblock", calls.unblock.request, pair, { ...pair, connectionId: "1" }],
  ["consent:show-question", calls.showQuestion.request, {}, { questionId }],
  ["consent-prompt:get-question", prompt.getQuestion.request, {}, { questionId }],
  [
    "consent-prompt:answer",
    prompt.answer.request,
    { questionId, choice: "once" },
    { questionId, choice: "block" },
  ],
])("%s takes its request and refuses another", (_channel, schema, valid, invalid) => {
  expect([schema.safeParse(valid).success, schema.safeParse(invalid).success]).toEqual([true, false]);
});

test.each([
  [
    "consent:list",
    calls.list.response,
    { consents: [record], waiting: 0, isDamaged: false },
    { consents: [{ ...record, secretRef: `ref_${"A".repeat(43)}` }], waiting: 0, isDamaged: false },
  ],
  ["consent:revoke", calls.revoke.response, {}, { value: "canary" }],
  ["consent:block", calls.block.response, {}, { value: "canary" }],
  ["consent:unblock", calls.unblock.response, {}, { value: "canary" }],
  ["consent:show-question", calls.showQuestion.response, {}, { value: "canary" }],
  ["consent:changed", consent.events.changed, { waiting: 2 }, { waiting: -1 }],
  [
    "consent-prompt:get-question",
    prompt.getQuestion.response,
    { question, waiting: 2 },
    { question: { ...question, reason: "all is well\u202e" }, waiting: 2 },
  ],
  ["consent-prompt:answer", prompt.answer.response, { isAccepted: true }, { isAccepted: "yes" }],
  ["consent-prompt:changed", consentPrompt.events.changed, { waiting: 0 }, {}],
])("%s answers in its form and in no other", (_channel, schema, valid, invalid) => {
  expect([schema.safeParse(valid).success, schema.safeParse(invalid).success]).toEqual([true, false]);
});
