import * as z from "zod";
import { AccessRequest, type AccessResponse, type BrokerFailure, BrokerRequest } from "./access.ts";
import { defineArea } from "./area.ts";
import { ErrorData } from "./error-data.ts";
import { type ConnectionId, ExtensionId, ProviderId, SecretRef, Timestamp } from "./ids.ts";
import { PublicText, publicSchemas } from "./text.ts";

/** One part of an extension's id: the publisher, or the name. */
const IdPart = z
  .string()
  .max(59)
  .regex(/^[a-z](?:[a-z0-9-]*[a-z0-9])?$/);

/** Words of an extension's author, shown as text and never as markup. */
const AuthorText = z.string().min(1).max(200);
publicSchemas.add(AuthorText, { why: "written by the author of an extension, before any secret exists" });

/** A file of an extension, relative to its folder. */
export const ExtensionPath = z
  .string()
  .max(200)
  .regex(/^(?:[A-Za-z0-9_@+-][A-Za-z0-9_@+.-]*\/)*[A-Za-z0-9_@+-][A-Za-z0-9_@+.-]*$/);

/**
 * What Latchkey reads of an extension's `package.json`; other fields are npm's and left out.
 *
 * **Shape** `main` is an ES module with all it needs inside, run where there is no node, no page and no network.
 */
export const ExtensionManifest = z.object({
  publisher: IdPart,
  name: IdPart,
  version: z
    .string()
    .max(40)
    .regex(/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/),
  displayName: AuthorText,
  description: AuthorText.optional(),
  type: z.literal("module"),
  main: z
    .string()
    .regex(/\.m?js$/)
    .transform((path) => path.replace(/^\.\//, ""))
    .pipe(ExtensionPath)
    .optional(),
  contributes: z
    .strictObject({
      /** Each one is judged by itself: a later Latchkey may know fields that this one does not. */
      connectionProviders: z.array(z.unknown()).max(20).default([]),
      /** The built-in providers whose connections it wants to know by name; its own ones need no mention. */
      usesProviders: z.array(ProviderId).max(20).default([]),
    })
    .prefault({}),
});
export type ExtensionManifest = z.infer<typeof ExtensionManifest>;

/** SHA-256 of all files of an extension: other code is another hash, whatever its version says. */
export const ContentHash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand<"ContentHash">();
export type ContentHash = z.infer<typeof ContentHash>;

/** The longest message from an extension. **Units** characters. */
export const MAX_CALL_CHARACTERS = 262_144;

/** The longest message to an extension. **Units** characters. */
export const MAX_REPLY_CHARACTERS = 16_777_216;

const CallId = z.int().min(1);

/** A message from an extension: a number that the reply carries too, what it asks, and with what. */
export const ExtensionCall = z.discriminatedUnion("call", [
  z.strictObject({ id: CallId, call: z.literal("list-connections"), params: z.strictObject({}) }),
  z.strictObject({
    id: CallId,
    call: z.literal("request-access"),
    // The app knows who asks: an extension cannot say so.
    params: AccessRequest.omit({ requesterId: true }),
  }),
  z.strictObject({
    id: CallId,
    call: z.literal("fetch"),
    params: z.strictObject({
      secretRef: SecretRef,
      request: BrokerRequest.extend({ body: z.string().optional() }),
    }),
  }),
  z.strictObject({
    id: CallId,
    call: z.literal("log"),
    params: z.strictObject({ level: z.enum(["info", "warn", "error"]), text: z.string().max(2_000) }),
  }),
]);
export type ExtensionCall = z.infer<typeof ExtensionCall>;

/** A connection as an extension knows it. */
export interface ExtensionConnection {
  readonly id: ConnectionId;
  readonly providerId: ProviderId;
  readonly displayName: string;
}

/** What the service answered, without the credential; or why the broker has no answer. */
export type ExtensionResponse =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      /** `base64` for an answer that is not text. */
      readonly encoding: "utf8" | "base64";
    }
  | { readonly ok: false; readonly reason: BrokerFailure };

/** What each call is answered with. */
export interface ExtensionAnswers {
  "list-connections": readonly ExtensionConnection[];
  "request-access": AccessResponse;
  fetch: ExtensionResponse;
  log: Record<string, never>;
}

export type ExtensionAnswer = ExtensionAnswers[keyof ExtensionAnswers];

/** The reply to the call with the same number. */
export type ExtensionReply =
  | { readonly id: number; readonly ok: true; readonly data: ExtensionAnswer }
  | { readonly id: number; readonly ok: false; readonly error: ErrorData };

/** What the app tells an extension. A `ping` wants its number back as a `pong`. */
export type ExtensionEvent =
  | { readonly event: "connections-changed" }
  | { readonly event: "ping"; readonly number: number };

/** What the page around an extension tells of it: the code is loaded, has failed to load, or answers. */
export const ExtensionSign = z.discriminatedUnion("sign", [
  z.strictObject({ sign: z.literal("loaded") }),
  z.strictObject({ sign: z.literal("failed") }),
  z.strictObject({ sign: z.literal("pong"), number: z.int().min(0) }),
]);
export type ExtensionSign = z.infer<typeof ExtensionSign>;

const CallText = z.string().max(MAX_CALL_CHARACTERS);
const ReplyText = z.string().max(MAX_REPLY_CHARACTERS);
publicSchemas.add(ReplyText, {
  why: "the reply to an extension: handles, and answers without the credential",
});

/**
 * What an extension's window may ask of the main process. Messages are texts of bounded length, so that nothing
 * larger is taken apart.
 */
export const extensionBridge = defineArea({
  name: "extension-bridge",
  calls: {
    call: { request: z.strictObject({ text: CallText }), response: z.strictObject({ text: ReplyText }) },
    sign: { request: ExtensionSign, response: z.strictObject({}) },
  },
  events: { told: z.strictObject({ text: ReplyText }) },
});

/** Why an extension does not run. */
export const ExtensionStop = z.enum(["person", "flood", "crashes", "unresponsive", "memory", "load-failed"]);
export type ExtensionStop = z.infer<typeof ExtensionStop>;

/**
 * `blocked-extensions.json`: which extensions a person stopped, and which were stopped for what they did. They stay so
 * over a restart of the app, whatever their code is by then, until a person starts them.
 */
export const BlockedExtensions = z.strictObject({
  version: z.literal(1),
  blocked: z.array(z.strictObject({ id: ExtensionId, stop: ExtensionStop, blockedAt: Timestamp })),
});
export type BlockedExtensions = z.infer<typeof BlockedExtensions>;

/** A line that an extension logged. */
export const ExtensionLogLine = z.object({
  occurredAt: Timestamp,
  level: z.enum(["info", "warn", "error"]),
  text: z.string().max(2_000),
});
publicSchemas.add(ExtensionLogLine.shape.text, {
  why: "written by an extension, which never holds a secret value",
});
export type ExtensionLogLine = z.infer<typeof ExtensionLogLine>;

/**
 * An extension as the window shows it: `ready` has no code, `blocked` has been stopped for what it did and starts
 * again only when a person says so, `invalid` could not be loaded.
 */
export const ExtensionState = z.discriminatedUnion("status", [
  z.object({
    status: z.enum(["ready", "starting", "active", "stopped", "blocked"]),
    id: ExtensionId,
    displayName: AuthorText,
    publisher: IdPart,
    version: ExtensionManifest.shape.version,
    contentHash: ContentHash,
    providerIds: z.array(ProviderId),
    stop: ExtensionStop.nullable(),
    logTail: z.array(ExtensionLogLine).max(100),
  }),
  z.object({ status: z.literal("invalid"), folder: PublicText, error: ErrorData }),
]);
export type ExtensionState = z.infer<typeof ExtensionState>;

/** The extensions, for the window: what is there, and starting or stopping one. */
export const extensions = defineArea({
  name: "extensions",
  calls: {
    list: {
      request: z.strictObject({}),
      response: z.object({ extensions: z.array(ExtensionState) }),
    },
    start: { request: z.strictObject({ id: ExtensionId }), response: z.strictObject({}) },
    stop: { request: z.strictObject({ id: ExtensionId }), response: z.strictObject({}) },
  },
  events: { changed: z.strictObject({}) },
});
