import * as z from "zod";
import { ForeignText } from "./access.ts";
import { defineArea } from "./area.ts";
import { ConnectionId, ProviderId, RequesterId, Timestamp } from "./ids.ts";
import { FieldName, ProviderDefinition, ProviderPicture } from "./providers.ts";

/** Whether a requester reads the value, or has the broker use it without seeing it. */
export const AccessKind = z.enum(["uses", "reads"]);
export type AccessKind = z.infer<typeof AccessKind>;

/** What the person said. */
export const ConsentChoice = z.enum(["deny", "once", "always"]);
export type ConsentChoice = z.infer<typeof ConsentChoice>;

/** What is different from when `always` was said, so that it is asked again. */
export const ConsentChange = z.enum(["publisher", "content", "fields", "access", "scope", "address"]);
export type ConsentChange = z.infer<typeof ConsentChange>;

/** Where a connection is in force: everywhere, or in one workspace. */
const ConnectionScope = z.enum(["user", "workspace"]);

/** Who asks, as the person sees it. */
export const RequesterView = z.strictObject({
  requesterId: RequesterId,
  name: ForeignText,
  publisher: ForeignText.optional(),
  isVerified: z.boolean(),
  version: ForeignText.optional(),
  /** Of a program that asks: its path, its process, and the program that started it. */
  program: z.strictObject({ path: ForeignText, pid: z.int(), parent: ForeignText.optional() }).optional(),
});
export type RequesterView = z.infer<typeof RequesterView>;

/** All that a person needs to decide: who, what, why, where, last time. */
export const ConsentQuestion = z.strictObject({
  questionId: z.uuid(),
  requester: RequesterView,
  connection: z.strictObject({
    connectionId: ConnectionId,
    displayName: ForeignText,
    providerId: ProviderId,
    providerTitle: ForeignText,
    /** The name of one of our own pictures, or the picture itself. */
    providerIcon: z.union([ProviderDefinition.shape.icon, ProviderPicture]).optional(),
    scope: ConnectionScope,
  }),
  access: AccessKind,
  fields: z.array(z.strictObject({ name: FieldName, title: ForeignText })),
  /** The requester's own words. */
  reason: ForeignText,
  /** Scheme, host and port that the credential goes to; international names in their ASCII form. */
  address: ForeignText.optional(),
  lastUsedAt: Timestamp.nullable(),
  /** Why it is asked again though `always` was said; empty otherwise. */
  changes: z.array(ConsentChange),
  /** A denial now also blocks, until it is changed in Access. */
  denyBlocks: z.boolean(),
  askedAt: Timestamp,
  /** When no answer counts as a denial. */
  expiresAt: Timestamp,
});
export type ConsentQuestion = z.infer<typeof ConsentQuestion>;

/** A recorded decision. `denied` is asked again at the next request; `blocked` is not. */
export const ConsentDecision = z.enum(["once", "always", "denied", "blocked"]);
export type ConsentDecision = z.infer<typeof ConsentDecision>;

/** One line of the list of grants and denials, by requester and connection. */
export const ConsentRecord = z.strictObject({
  requesterId: RequesterId,
  connectionId: ConnectionId,
  requesterName: ForeignText,
  publisher: ForeignText.optional(),
  decision: ConsentDecision,
  access: AccessKind,
  fields: z.array(FieldName),
  decidedAt: Timestamp,
  /** Of `once`: until when it may be used. */
  expiresAt: Timestamp.optional(),
  lastUsedAt: Timestamp.nullable(),
  useCount: z.int().min(0),
});
export type ConsentRecord = z.infer<typeof ConsentRecord>;

const nothing = z.strictObject({});
const Pair = z.strictObject({ requesterId: RequesterId, connectionId: ConnectionId });
const Done = z.strictObject({});

/** `consent:*`: the decisions, and the ways to change them afterwards. */
export const consent = defineArea({
  name: "consent",
  calls: {
    list: {
      request: nothing,
      response: z.strictObject({
        consents: z.array(ConsentRecord),
        /** How many questions wait for an answer. */
        waiting: z.int().min(0),
        /** The recorded decisions could not be read: nothing is granted, and everything is asked anew. */
        isDamaged: z.boolean(),
      }),
    },
    /** Ends a grant at once, with every ref that came of it. */
    revoke: { request: Pair, response: Done },
    /** Denies without asking, until `unblock`. */
    block: { request: Pair, response: Done },
    /** Takes a denial or a block back: the next request is asked. */
    unblock: { request: Pair, response: Done },
    /** Brings the waiting question before the person. */
    showQuestion: { request: nothing, response: Done },
  },
  events: { changed: z.strictObject({ waiting: z.int().min(0) }) },
});

/** `consent-prompt:*`: for the window of the question alone; the main window has no such channel. */
export const consentPrompt = defineArea({
  name: "consent-prompt",
  calls: {
    /** The question to show; null when there is none any more, and the window closes. */
    getQuestion: {
      request: nothing,
      response: z.strictObject({
        question: ConsentQuestion.nullable(),
        /** How many further questions wait. */
        waiting: z.int().min(0),
      }),
    },
    /** `isAccepted` is false for a question that is no longer asked, or that was on show for less than half a second. */
    answer: {
      request: z.strictObject({ questionId: z.uuid(), choice: ConsentChoice }),
      response: z.strictObject({ isAccepted: z.boolean() }),
    },
  },
  events: { changed: z.strictObject({ waiting: z.int().min(0) }) },
});
