import {
  type BrokerFailure,
  BrokerRequest,
  type BrokerResponse,
  MAX_REQUEST_BYTES,
} from "@latchkey/api-contracts/access";
import { AppError } from "@latchkey/api-contracts/errors";
import type { RequesterId } from "@latchkey/api-contracts/ids";
import type { Access } from "./access.ts";
import { namesOf, stepOf } from "./access-audit.ts";
import { openUse } from "./open-use.ts";
import type { Parts } from "./parts.ts";
import type { ConnectionLookup, SecretReader } from "./ports.ts";
import type { RateLimit } from "./rate-limit.ts";
import { isDeclared, urlOf } from "./request-path.ts";
import type { Sender } from "./send.ts";
import { lendAll, sendWithCredential } from "./with-credential.ts";

/** How many requests one requester may have under way. */
const maxUnderWay = 8;

const failed = (reason: BrokerFailure): BrokerResponse => ({ ok: false, reason });

/** Uses secrets for requesters without handing them over. */
export function createBroker(options: {
  parts: Parts;
  connections: ConnectionLookup;
  secrets: SecretReader;
  sender: Sender;
  mayUse: RateLimit;
}): Pick<Access, "fetch" | "use"> {
  const { parts, connections, secrets, sender, mayUse } = options;
  const underWay = new Map<RequesterId, number>();

  /** Counts what is under way, so that no requester has all of the broker. */
  async function counted(
    requesterId: RequesterId,
    run: () => Promise<BrokerResponse>,
  ): Promise<BrokerResponse> {
    const count = underWay.get(requesterId) ?? 0;
    const { isAllowed, isFirstRefusal } = mayUse(requesterId);
    if (!isAllowed || count >= maxUnderWay) {
      const entry = stepOf(requesterId, "broker.fetch", { keys: [] });
      if (isFirstRefusal) await parts.note({ ...entry, outcome: "refused", reason: "too-many-requests" });
      return failed("too-many-requests");
    }
    underWay.set(requesterId, count + 1);
    try {
      return await run();
    } finally {
      const left = (underWay.get(requesterId) ?? 1) - 1;
      if (left > 0) underWay.set(requesterId, left);
      else underWay.delete(requesterId);
    }
  }

  async function fetchOnce(
    by: { requesterId: RequesterId; secretRef: string },
    request: BrokerRequest,
    body: Uint8Array | undefined,
    signal: AbortSignal | undefined,
  ): Promise<BrokerResponse> {
    const { method, path, query, headers } = request;
    let url: URL | undefined;
    const opened = await openUse(parts, by, "broker.fetch", ({ http, address }) => {
      url = isDeclared(http, method, path) ? urlOf(address, path, query) : undefined;
      return url ? { entry: { host: address.host, method } } : { refused: "not-declared" };
    });
    if (typeof opened === "string" || !url)
      return failed(typeof opened === "string" ? opened : "not-declared");
    const { grant, usable, entry } = opened;
    try {
      const answer = await sendWithCredential({
        route: usable,
        read: (field, run) => secrets.use(grant.connectionId, field, run),
        sender,
        request: { url, method, headers, body },
        signal: signal ? AbortSignal.any([signal, grant.ended]) : grant.ended,
      });
      if (!answer.ok) await parts.note({ ...entry, outcome: "failed", reason: answer.reason });
      return answer;
    } finally {
      parts.refs.settle(by.secretRef);
    }
  }

  return {
    fetch: (requesterId, secretRef, request, signal) =>
      counted(requesterId, async () => {
        const { data } = BrokerRequest.safeParse(request);
        if (!data) return failed("invalid-request");
        const body = typeof data.body === "string" ? new TextEncoder().encode(data.body) : data.body;
        const isBodyless = data.method === "GET" || data.method === "HEAD";
        if (body && (isBodyless || body.byteLength > MAX_REQUEST_BYTES)) return failed("invalid-request");
        return await fetchOnce({ requesterId, secretRef }, data, body, signal);
      }),
    async use(by, fields, run) {
      if ("connectionId" in by) {
        const { requesterId, connectionId } = by;
        if (requesterId !== "server") throw new AppError("access.refused", { reason: "no-access" });
        const target = await connections.find(connectionId);
        if (!target) throw new AppError("connections.absent");
        await parts.append(stepOf(requesterId, "broker.use", namesOf(target, fields)));
        return await lendAll(fields, (field, lend) => secrets.use(connectionId, field, lend), run);
      }
      const opened = await openUse(parts, by, "broker.use", (_, { binding }) =>
        fields.every((field) => binding.fields.includes(field)) ? { entry: {} } : { refused: "not-declared" },
      );
      if (typeof opened === "string") throw new AppError("access.refused", { reason: opened });
      try {
        const { connectionId } = opened.grant;
        return await lendAll(fields, (field, lend) => secrets.use(connectionId, field, lend), run);
      } finally {
        parts.refs.settle(by.secretRef);
      }
    },
  };
}
