import * as z from "zod";
import { ConnectionId, ProviderId, RequesterId, SecretRef, Timestamp } from "./ids.ts";
import { FieldName, HttpMethod } from "./providers.ts";
import { publicSchemas } from "./text.ts";

/**
 * Text of someone else, an extension for example, made fit to be shown: one line, in which every character that shows
 * nothing or reorders its neighbours stands escaped as `\u{202e}`. **Units** at most 200 characters.
 */
export const ForeignText = z
  .string()
  .max(200)
  .regex(/^[^\p{C}\p{Zl}\p{Zp}]*$/u);
publicSchemas.add(ForeignText, { why: "what an extension says of itself; it has no secret to say" });

/** How many characters of its own a requester may say. */
export const MAX_REASON_CHARACTERS = 200;

/** Asks to use the secret of a connection. The owner of a border fills in `requesterId`: nobody names oneself. */
export const AccessRequest = z.strictObject({
  connectionId: ConnectionId,
  requesterId: RequesterId,
  /** Why, in the requester's own words; shown as its words. */
  reason: z.string().min(1).max(MAX_REASON_CHARACTERS),
});
export type AccessRequest = z.infer<typeof AccessRequest>;

/** The window asks as itself: it cannot name an extension, a tool or the server. */
export const WindowAccessRequest = AccessRequest.extend({
  requesterId: z.literal("window").default("window"),
});

/** How far a consent reaches: for one request, or until it ends. */
export const ConsentReach = z.enum(["once", "always"]);
export type ConsentReach = z.infer<typeof ConsentReach>;

/**
 * Why access was not given.
 * - `denied`: the person said no.
 * - `no-answer`: the question was closed, was not answered in time, or its window failed.
 * - `blocked`: the person said no twice, or in Access; nobody is asked until that changes there.
 * - `unavailable`: there is no such connection, or none that can be used in this way now.
 * - `too-many-requests`: asked too often; try later.
 * - `not-recorded`: the activity log or the decision could not be written.
 * - `cancelled`: the requester ended, or the app does.
 */
export const DenialReason = z.enum([
  "denied",
  "no-answer",
  "blocked",
  "unavailable",
  "too-many-requests",
  "not-recorded",
  "cancelled",
]);
export type DenialReason = z.infer<typeof DenialReason>;

/** The answer to an access request. A `once` ref is good for one use until `expiresAt`. */
export const AccessResponse = z.discriminatedUnion("granted", [
  z.strictObject({
    granted: z.literal(true),
    secretRef: SecretRef,
    reach: ConsentReach,
    fields: z.array(FieldName),
    expiresAt: Timestamp,
  }),
  z.strictObject({ granted: z.literal(false), reason: DenialReason }),
]);
export type AccessResponse = z.infer<typeof AccessResponse>;

/** The headers that a requester may choose. The credential and the provider's constant headers are added to them. */
export const RequestHeaderName = z.enum([
  "accept",
  "accept-language",
  "anthropic-beta",
  "content-type",
  "idempotency-key",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-unmodified-since",
  "openai-beta",
  "prefer",
  "range",
  "x-github-api-version",
]);
export type RequestHeaderName = z.infer<typeof RequestHeaderName>;

/** Headers of an answer that are passed on; all others stay with the broker. */
export const ResponseHeaderName = z
  .string()
  .max(80)
  .regex(
    /^(?:content-(?:disposition|language|range|type)|date|etag|last-modified|link|retry-after|(?:x-)?request-id|(?:[a-z]{1,20}-){0,2}ratelimit-[a-z-]+)$/,
  );

/** The most that a request may carry. **Units** bytes. */
export const MAX_REQUEST_BYTES = 5 * 1024 * 1024;

const QueryValue = z.string().max(4_000);

/**
 * A request that the broker sends for a requester, to the address of the connection and with its credential.
 *
 * **Shape** `path` begins with `/`, is percent-encoded where it must be, and stands below the connection's address.
 * A text as `body` is sent as UTF-8.
 */
export const BrokerRequest = z.strictObject({
  method: HttpMethod.default("GET"),
  path: z
    .string()
    .max(2_000)
    .regex(/^\/[^?#\s\\]*$/),
  query: z.record(z.string().min(1).max(200), z.union([QueryValue, z.array(QueryValue).max(50)])).default({}),
  headers: z
    .partialRecord(
      RequestHeaderName,
      z
        .string()
        .max(1_000)
        .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/),
    )
    .default({}),
  body: z.union([z.string().max(MAX_REQUEST_BYTES), z.instanceof(Uint8Array)]).optional(),
});
export type BrokerRequest = z.infer<typeof BrokerRequest>;

/**
 * Why the broker has no answer to give. No text beside it: texts of network errors name addresses and headers.
 * - `no-access`: the ref is not in force for this requester, for whatever reason.
 * - `not-declared`: the provider declares no such method and path.
 * - `invalid-request`: a header, path or body that no requester may send.
 * - `secret-unavailable`: the stored value cannot be read now, or cannot stand in a header.
 * - `redirect`, `too-large`, `timeout`, `dns`, `refused`, `proxy`, `tls`, `protocol`: what the other side did.
 */
export const BrokerFailure = z.enum([
  "no-access",
  "not-declared",
  "invalid-request",
  "too-many-requests",
  "not-recorded",
  "secret-unavailable",
  "redirect",
  "too-large",
  "timeout",
  "dns",
  "refused",
  "proxy",
  "tls",
  "protocol",
  "cancelled",
]);
export type BrokerFailure = z.infer<typeof BrokerFailure>;

/**
 * What came back, with the credential taken out of headers and body in every form it may be written in.
 *
 * **Units** `body` at most 5 MiB by default.
 */
export const BrokerResponse = z.discriminatedUnion("ok", [
  z.strictObject({
    ok: z.literal(true),
    status: z.int().min(200).max(599),
    headers: z.record(ResponseHeaderName, z.string().max(4_000)),
    body: z.instanceof(Uint8Array),
  }),
  z.strictObject({ ok: z.literal(false), reason: BrokerFailure }),
]);
export type BrokerResponse = z.infer<typeof BrokerResponse>;

/** Where the server process asks for its tools; each is a POST of JSON with the token of the generation that serves. */
export const toolPaths = {
  listConnections: "/v1/tools/list-connections",
  requestAccess: "/v1/tools/request-access",
  fetch: "/v1/tools/fetch",
} as const;

/** An agent tool of the server; becomes the requester `tool:<tool id>`. */
export const ToolId = z
  .string()
  .max(150)
  .regex(/^[a-z0-9][a-z0-9._/-]*$/)
  .brand<"ToolId">();
export type ToolId = z.infer<typeof ToolId>;

/** Which connections there are at these providers, so that one can be asked for. */
export const ToolConnectionsRequest = z.strictObject({
  toolId: ToolId,
  providerIds: z.array(ProviderId).min(1).max(20),
});
export type ToolConnectionsRequest = z.infer<typeof ToolConnectionsRequest>;

/** Their names, which the person gave them; never a value, and no place where one lies. */
export const ToolConnectionsResponse = z.strictObject({
  connections: z.array(
    z.strictObject({ id: ConnectionId, providerId: ProviderId, displayName: z.string().max(80) }),
  ),
});
export type ToolConnectionsResponse = z.infer<typeof ToolConnectionsResponse>;

/** The server asks on a tool's behalf; answered with an `AccessResponse`. */
export const ToolAccessRequest = AccessRequest.omit({ requesterId: true }).extend({ toolId: ToolId });
export type ToolAccessRequest = z.infer<typeof ToolAccessRequest>;

/** A request of a tool. Bytes travel as base64, in `bodyBase64`. */
export const ToolFetchRequest = z.strictObject({
  toolId: ToolId,
  secretRef: SecretRef,
  request: BrokerRequest.omit({ body: true }).extend({
    bodyText: z.string().max(MAX_REQUEST_BYTES).optional(),
    bodyBase64: z
      .base64()
      .max(Math.ceil(MAX_REQUEST_BYTES / 3) * 4)
      .optional(),
  }),
});
export type ToolFetchRequest = z.infer<typeof ToolFetchRequest>;

/** A `BrokerResponse` as JSON. */
export const ToolFetchResponse = z.discriminatedUnion("ok", [
  z.strictObject({
    ok: z.literal(true),
    status: z.int().min(200).max(599),
    headers: z.record(ResponseHeaderName, z.string().max(4_000)),
    bodyBase64: z.base64(),
  }),
  z.strictObject({ ok: z.literal(false), reason: BrokerFailure }),
]);
export type ToolFetchResponse = z.infer<typeof ToolFetchResponse>;
