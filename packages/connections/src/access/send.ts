import type { BrokerFailure, BrokerResponse } from "@latchkey/api-contracts/access";
import { ResponseHeaderName } from "@latchkey/api-contracts/access";
import type { HttpMethod } from "@latchkey/api-contracts/providers";
import { failureOf } from "./failure-of.ts";
import type { Clock } from "./ports.ts";
import { createScrubber, type Scrubber } from "./scrub.ts";

/** **Units** bytes, milliseconds. */
export type SendLimits = Readonly<{ maxBytes: number; timeoutMs: number }>;

export const defaultSendLimits: SendLimits = { maxBytes: 5 * 1024 * 1024, timeoutMs: 30_000 };

export type Outgoing = Readonly<{
  url: URL;
  method: HttpMethod;
  headers: Readonly<Record<string, string>>;
  body?: Uint8Array | undefined;
  /** What must not come back. */
  hidden: readonly string[];
}>;

export type Sender = Readonly<{ fetch: typeof fetch; clock: Clock; limits: SendLimits }>;

/** Encodings that every `fetch` undoes; in another one the credential could pass unseen. */
const readableEncodings = new Set(["", "identity", "gzip", "x-gzip", "deflate", "br"]);

/**
 * Sends one request and reads its answer whole, within the limits. Never throws: what went wrong is one closed word,
 * because the texts of network errors name addresses and headers. Redirections are not followed; they would take the
 * credential along.
 */
export async function send(sender: Sender, outgoing: Outgoing, signal: AbortSignal): Promise<BrokerResponse> {
  const { clock, limits } = sender;
  const cut = new AbortController();
  const stop = (reason: BrokerFailure) => cut.abort(reason);
  const onAbort = () => stop("cancelled");
  const cancelTimer = clock.setTimer(limits.timeoutMs, () => stop("timeout"));
  signal.addEventListener("abort", onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const answering = exchange(sender, outgoing, cut);
    // The loser of the race has nobody who hears it.
    answering.catch(() => undefined);
    return await Promise.race([answering, rejectOn(cut.signal)]);
  } catch (error) {
    return { ok: false, reason: isFailure(cut.signal.reason) ? cut.signal.reason : failureOf(error) };
  } finally {
    cancelTimer();
    signal.removeEventListener("abort", onAbort);
    cut.abort("cancelled");
  }
}

async function exchange(sender: Sender, outgoing: Outgoing, cut: AbortController): Promise<BrokerResponse> {
  cut.signal.throwIfAborted();
  const { url, method, headers, body, hidden } = outgoing;
  const response = await sender.fetch(url, {
    method,
    headers: { "user-agent": "Latchkey", ...headers, "accept-encoding": "gzip, deflate, br" },
    // A copy, because the type of the bytes' own memory may be one that is shared.
    ...(body && { body: new Uint8Array(body) }),
    redirect: "error",
    credentials: "omit",
    cache: "no-store",
    referrerPolicy: "no-referrer",
    signal: cut.signal,
  });
  const encodings = (response.headers.get("content-encoding") ?? "").toLowerCase().split(",");
  const isReadable = encodings.every((encoding) => readableEncodings.has(encoding.trim()));
  if (!isReadable || response.status > 599) return { ok: false, reason: "protocol" };
  const scrubber = createScrubber(hidden);
  return {
    ok: true,
    status: response.status,
    headers: passedOn(response.headers, scrubber),
    body: await readBounded(response, scrubber, sender.limits.maxBytes, cut),
  };
}

function passedOn(headers: Headers, scrubber: Scrubber): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of headers) {
    const isClean = ResponseHeaderName.safeParse(name).success && scrubber.text(name) === name;
    if (isClean) passed[name] = scrubber.text(value).slice(0, 4_000);
  }
  return passed;
}

/** The limit counts what is unpacked. */
async function readBounded(
  response: Response,
  scrubber: Scrubber,
  maxBytes: number,
  cut: AbortController,
): Promise<Uint8Array<ArrayBuffer>> {
  const scrub = scrubber.bytes();
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of response.body ?? []) {
    length += piece.byteLength;
    if (length > maxBytes) {
      cut.abort("too-large" satisfies BrokerFailure);
      cut.signal.throwIfAborted();
    }
    pieces.push(scrub.push(piece));
  }
  return new Uint8Array(Buffer.concat([...pieces, scrub.end()]));
}

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const onAbort = () => reject(new Error("stopped"));
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
}

function isFailure(reason: unknown): reason is BrokerFailure {
  return reason === "timeout" || reason === "cancelled" || reason === "too-large";
}
