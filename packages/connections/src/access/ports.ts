import type { AuditEntry } from "@latchkey/api-contracts/audit";
import type { ConsentChoice, ConsentQuestion, RequesterView } from "@latchkey/api-contracts/consent";
import type { ConnectionId, ProviderId, RequesterId, SecretKey } from "@latchkey/api-contracts/ids";
import type { FieldName, FieldValue, HttpAccess } from "@latchkey/api-contracts/providers";

/** Where time is read and waited for. The supervisor's `systemClock` is one. */
export type Clock = {
  /** Monotonic. **Units** milliseconds. */
  nowMs: () => number;
  /** The wall clock, for people. **Shape** ISO-8601 in UTC with milliseconds. */
  timestamp: () => string;
  /** Calls back once after the delay; the result cancels that. */
  setTimer: (delayMs: number, callback: () => void) => () => void;
};

/** What a form says: the values that are no secrets, and the secret fields that have a value. */
export type ConnectionForm = Readonly<{
  values: Readonly<Record<string, FieldValue>>;
  secretFields: readonly Readonly<{ name: FieldName }>[];
}>;

/** What the broker must know of a connection. It is looked up anew at each request, so that an edit counts at once. */
export type ConnectionTarget = Readonly<{
  connectionId: ConnectionId;
  displayName: string;
  providerId: ProviderId;
  providerTitle: string;
  /** The name of one of our own pictures, or the picture itself. */
  providerIcon?: string;
  scope: "user" | "workspace";
  /** What the provider declares; a connection without it is not for the broker. */
  http?: HttpAccess;
  /** The values of the fields that are no secrets. */
  values: Readonly<Record<string, FieldValue>>;
  /** The secret fields that have a value. Of a draft there are no keys. */
  secretFields: readonly Readonly<{ name: FieldName; title: string; key?: SecretKey }>[];
}>;

/** The connections of the store that can be used: no drafts, none without their secret. */
export type ConnectionLookup = {
  find: (connectionId: ConnectionId) => Promise<ConnectionTarget | undefined>;
};

/** Lends the value of one secret field. */
export type SecretReader = {
  /**
   * @param run gets the bytes, UTF-8 of the value; they are overwritten when it has ended
   * @throws an `AppError` of `secrets.*` when there is no value, or none that can be read now
   */
  use: <T>(
    connectionId: ConnectionId,
    field: FieldName,
    run: (value: Uint8Array) => Promise<T>,
  ) => Promise<T>;
};

/** Who a requester is, from whoever runs it; never from its own message. Texts are as it wrote them. */
export type Requester = Readonly<
  RequesterView & { /** Of its code: another one is another requester. */ contentHash?: string }
>;

/** The requesters that run now. */
export type RequesterLookup = { find: (requesterId: RequesterId) => Promise<Requester | undefined> };

/** The window of a question. The window asks for what it shows, and answers, through the area `consent-prompt`. */
export type PromptWindow = {
  /** Opens it, or an OS notification while the app has no window. `onGone`: it was closed, or has crashed. */
  open: (onGone: () => void) => void;
  /** Brings it to the front. */
  focus: () => void;
  /** Closes it; `onGone` may be called and then counts for nothing. */
  close: () => void;
};

/** What a person answered; `no-answer` when the question went without one. */
export type PromptOutcome = ConsentChoice | "no-answer";

/** Shows one question at a time. `signal` takes it back. */
export type Prompt = (question: ConsentQuestion, signal: AbortSignal) => Promise<PromptOutcome>;

/** Writes a step down. What it announces happens only after it has resolved. @throws `audit.failed` */
export type AppendAudit = (entry: AuditEntry) => Promise<void>;

/** 32 bytes for a ref, for example. Default `node:crypto`'s. */
export type RandomBytes = (count: number) => Uint8Array;
