import type { AccessResponse, BrokerFailure } from "@latchkey/api-contracts/access";
import type { ExtensionCall, ExtensionConnection } from "@latchkey/api-contracts/extensions";
import type { ConnectionId, SecretRef } from "@latchkey/api-contracts/ids";
import type { Connection } from "./connect.ts";

/** What an extension may send: a path below the connection's address, with headers of a closed list. */
export type FetchRequest = Partial<Extract<ExtensionCall, { call: "fetch" }>["params"]["request"]> & {
  readonly path: string;
};

/** The answer of the service, whatever its status. The credential is neither in headers nor in the body. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  text(): string;
  /** @throws SyntaxError when the body is no JSON */
  json(): unknown;
  bytes(): Uint8Array;
}

/** A request that has no answer. `reason` says what kept it from having one. */
export class FetchError extends Error {
  readonly reason: BrokerFailure;

  constructor(reason: BrokerFailure) {
    super(`The request has no answer: ${reason}.`);
    this.name = "FetchError";
    this.reason = reason;
  }
}

/** What an extension can do. */
export interface ExtensionApi {
  readonly connections: {
    /** Those at the extension's own providers and at the ones that its manifest names in `usesProviders`. */
    list(): Promise<readonly ExtensionConnection[]>;
    onChanged(listener: () => void): () => void;
  };
  readonly secrets: {
    /**
     * Asks the person, unless that is decided. What is granted is a handle for `fetch`; it is no value, and of use to
     * this extension alone. **Units** `reason` at most 200 characters, shown as the extension's own words.
     */
    requestAccess(request: { connectionId: ConnectionId; reason: string }): Promise<AccessResponse>;
  };
  /** Has the app send a request with the credential. @throws FetchError without an answer */
  readonly fetch: (secretRef: SecretRef, request: FetchRequest) => Promise<FetchResponse>;
  /** Lines for the app's log, shown beside the extension. **Units** at most 2,000 characters; the rest is cut. */
  readonly log: Readonly<Record<"info" | "warn" | "error", (text: string) => void>>;
}

export const MAX_LOG_CHARACTERS = 2_000;

/** The API over a connection to the app. */
export function createApi({ ask, onConnectionsChanged }: Connection): ExtensionApi {
  const write = (level: "info" | "warn" | "error") => (text: string) => {
    const params = { level, text: text.slice(0, MAX_LOG_CHARACTERS) };
    // A line that was not taken must not end what it is about.
    ask("log", params).catch(() => undefined);
  };
  return {
    connections: { list: () => ask("list-connections", {}), onChanged: onConnectionsChanged },
    secrets: { requestAccess: (request) => ask("request-access", request) },
    async fetch(secretRef, request) {
      const { method = "GET", query = {}, headers = {}, ...rest } = request;
      const reply = await ask("fetch", { secretRef, request: { method, query, headers, ...rest } });
      if (!reply.ok) throw new FetchError(reply.reason);
      const { status, headers: received, body, encoding } = reply;
      const bytes = () =>
        encoding === "utf8"
          ? new TextEncoder().encode(body)
          : Uint8Array.from(atob(body), (byte) => byte.charCodeAt(0));
      const text = () => (encoding === "utf8" ? body : new TextDecoder().decode(bytes()));
      return { status, headers: received, bytes, text, json: () => JSON.parse(text()) as unknown };
    },
    log: { info: write("info"), warn: write("warn"), error: write("error") },
  };
}
