import type {
  AccessRequest,
  AccessResponse,
  BrokerRequest,
  BrokerResponse,
} from "@latchkey/api-contracts/access";
import type { AreaHandlers } from "@latchkey/api-contracts/area";
import type { CheckReport } from "@latchkey/api-contracts/connection-test";
import type { consent, consentPrompt } from "@latchkey/api-contracts/consent";
import type { ConnectionId, RequesterId, SecretRef } from "@latchkey/api-contracts/ids";
import type { FieldName } from "@latchkey/api-contracts/providers";
import type * as z from "zod";
import type { HttpTest } from "./test-http.ts";

/** Who uses values inside the app: a requester by its ref, or the app for its own server. */
export type Use = { requesterId: RequesterId } & ({ secretRef: SecretRef } | { connectionId: ConnectionId });

/**
 * Consent and the broker as one. Everything a requester may do goes through here; what it is given holds no value.
 * `requesterId` comes from whoever runs the requester, never from its message.
 */
export interface Access {
  /**
   * Asks the person when nothing is decided. Never throws: a failure is a denial. `signal` tells that the asker is gone:
   * a question that nobody waits for any more is taken back.
   */
  requestAccess: (request: AccessRequest, signal?: AbortSignal) => Promise<AccessResponse>;
  /**
   * Sends a request with the credential. Never throws. A ref that was not given to this requester is refused as one
   * that never was.
   */
  fetch: (
    requesterId: RequesterId,
    secretRef: SecretRef,
    request: z.input<typeof BrokerRequest>,
    signal?: AbortSignal,
  ) => Promise<BrokerResponse>;
  /**
   * Lends values to code of the app itself, for the server's protocol checks and model calls. Of the requester `server`
   * no ref is asked.
   *
   * @throws `access.refused` with the reason; `secrets.*` when there is no value
   */
  use: <T>(
    by: Use,
    fields: readonly FieldName[],
    run: (values: ReadonlyMap<FieldName, Uint8Array>) => Promise<T>,
  ) => Promise<T>;
  /** Tries what is saved, or a draft of it, on the way that requests take. Always ends, and never throws. */
  testHttp: (test: HttpTest) => Promise<CheckReport>;
  /** A requester ended or was disabled: its refs die and its questions are taken back. */
  requesterStopped: (requesterId: RequesterId) => void;
  /** A connection is gone: its decisions go with it. */
  connectionRemoved: (connectionId: ConnectionId) => Promise<void>;
  /** Who has a grant for a connection that is in force. */
  grantsOf: (connectionId: ConnectionId) => RequesterId[];
  /** The area `consent`, for the main window. */
  consentHandlers: AreaHandlers<typeof consent>;
  /** The area `consent-prompt`, for the window of the question and no other. */
  promptHandlers: AreaHandlers<typeof consentPrompt>;
  /** Calls back with the number of waiting questions whenever it, or a decision, has changed. */
  subscribe: (listener: (waiting: number) => void) => () => void;
  /** Takes back questions and refs, and waits until decisions are on disk. */
  [Symbol.asyncDispose]: () => Promise<void>;
}
