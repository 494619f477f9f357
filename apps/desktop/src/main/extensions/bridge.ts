import type {
  AccessRequest,
  AccessResponse,
  BrokerRequest,
  BrokerResponse,
} from "@latchkey/api-contracts/access";
import { AppError, toErrorData } from "@latchkey/api-contracts/errors";
import {
  type ExtensionAnswer,
  ExtensionCall,
  type ExtensionConnection,
  type ExtensionLogLine,
  type ExtensionReply,
  type ExtensionResponse,
  MAX_REPLY_CHARACTERS,
} from "@latchkey/api-contracts/extensions";
import type { RequesterId, SecretRef } from "@latchkey/api-contracts/ids";
import { parseAs } from "@latchkey/api-contracts/parse";
import { createAllowance } from "./limits.ts";

/** What the consent and the broker do for extensions. `requesterId` always comes from the app. */
export interface ExtensionAccess {
  requestAccess(request: AccessRequest): Promise<AccessResponse>;
  fetch(
    requesterId: RequesterId,
    secretRef: SecretRef,
    request: BrokerRequest,
    signal?: AbortSignal,
  ): Promise<BrokerResponse>;
  /** Its handles die and its questions are taken back. */
  requesterStopped(requesterId: RequesterId): void;
}

export interface BridgeOptions {
  readonly requesterId: RequesterId;
  readonly access: Pick<ExtensionAccess, "requestAccess" | "fetch">;
  readonly listConnections: () => Promise<readonly ExtensionConnection[]>;
  readonly onLog: (line: Pick<ExtensionLogLine, "level" | "text">) => void;
  /** Called at each message over the limit. */
  readonly onFlood: () => void;
  readonly onUnexpected: (error: unknown) => void;
  /** **Units** milliseconds, monotonic. */
  readonly nowMs: () => number;
  /** Aborted when the extension ends. */
  readonly signal: AbortSignal;
}

/** How much an extension may say. A message that cannot be understood costs as much as `wrongCost` others. */
export const bridgeLimits = { burst: 200, perSecond: 50, wrongCost: 10, maxInFlight: 32 } as const;

/**
 * Answers the messages of one run of an extension. A message is a text of JSON, and so is the answer to it.
 *
 * @throws `request.invalid` for a message without a number to answer to, `extensions.too-many-calls` for one too many
 */
export function createBridge(options: BridgeOptions): (text: string) => Promise<string> {
  const { nowMs, onFlood, onUnexpected, signal } = options;
  const isAllowed = createAllowance(bridgeLimits.burst, bridgeLimits.perSecond);
  const inFlight = new Set<number>();

  function spend(cost: number): void {
    if (isAllowed(nowMs(), cost)) return;
    onFlood();
    throw new AppError("extensions.too-many-calls");
  }

  async function answer(call: ExtensionCall): Promise<ExtensionReply> {
    const { id } = call;
    // The number of a call under way would make two answers to one.
    if (inFlight.has(id))
      return refusal(id, new AppError("request.invalid", { field: "id", rule: "not-allowed" }));
    if (inFlight.size === bridgeLimits.maxInFlight)
      return refusal(id, new AppError("extensions.too-many-calls"));
    inFlight.add(id);
    try {
      return { id, ok: true, data: await runCall(call, options) };
    } catch (error) {
      if (!(error instanceof AppError)) onUnexpected(error);
      return refusal(id, error);
    } finally {
      inFlight.delete(id);
    }
  }

  return async (text) => {
    spend(1);
    const message = readJson(text);
    const call = ExtensionCall.safeParse(message);
    if (call.success) {
      const reply = JSON.stringify(await answer(call.data));
      // What comes after the end of the extension is for nobody.
      if (signal.aborted) return "";
      return reply.length <= MAX_REPLY_CHARACTERS ? reply : JSON.stringify(tooLarge(call.data.id));
    }
    spend(bridgeLimits.wrongCost - 1);
    const id = numberOf(message);
    if (id === undefined) throw new AppError("request.invalid", { field: "message", rule: "wrong-form" });
    return JSON.stringify(
      refusal(
        id,
        catchError(() => parseAs(ExtensionCall, message)),
      ),
    );
  };
}

async function runCall(call: ExtensionCall, options: BridgeOptions): Promise<ExtensionAnswer> {
  const { access, requesterId, listConnections, onLog, signal } = options;
  if (call.call === "list-connections") return await listConnections();
  if (call.call === "request-access") {
    return await access.requestAccess({ ...call.params, requesterId });
  }
  if (call.call === "fetch") {
    const { secretRef, request } = call.params;
    return toExtensionResponse(await access.fetch(requesterId, secretRef, request, signal));
  }
  onLog(call.params);
  return {};
}

/** The body as text where it is text: bytes cannot stand in JSON. */
function toExtensionResponse(response: BrokerResponse): ExtensionResponse {
  if (!response.ok) return response;
  const { status, headers, body } = response;
  const bytes = Buffer.from(body);
  const text = bytes.toString("utf8");
  const isText = Buffer.from(text).equals(bytes);
  return {
    ok: true,
    status,
    headers,
    body: isText ? text : bytes.toString("base64"),
    encoding: isText ? "utf8" : "base64",
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function numberOf(message: unknown): number | undefined {
  if (typeof message !== "object" || message === null || !Object.hasOwn(message, "id")) return undefined;
  const id: unknown = Reflect.get(message, "id");
  return typeof id === "number" && Number.isSafeInteger(id) && id > 0 ? id : undefined;
}

function refusal(id: number, error: unknown): ExtensionReply {
  return { id, ok: false, error: toErrorData(error) };
}

function tooLarge(id: number): ExtensionReply {
  return { id, ok: true, data: { ok: false, reason: "too-large" } };
}

function catchError(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
