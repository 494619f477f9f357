import type { ClientRequest, IncomingMessage } from "node:http";

/** The body of a request: what has come of it so far, while that is not too much, and the rest as it comes. */
export type KeptBody = {
  /** Whether it can be sent once more from its beginning. */
  isWhole: () => boolean;
  /** Sends what has come, and what comes from now on; the former receiver gets no more. */
  sendTo: (receiver: ClientRequest) => void;
};

export function keepBody(request: IncomingMessage, maxBytes: number): KeptBody {
  const { "transfer-encoding": coding, "content-length": length = "0" } = request.headers;
  let isOver = coding === undefined && Number(length) === 0;
  let kept: Buffer[] = [];
  let size = 0;
  let receiver: ClientRequest | undefined;

  function take(chunk: Buffer): void {
    size += chunk.length;
    if (size > maxBytes) kept = [];
    else kept.push(chunk);
    if (receiver?.write(chunk) !== false) return;
    request.pause();
    receiver.once("drain", () => request.resume());
  }
  if (!isOver) {
    request.on("data", take).once("end", () => {
      isOver = true;
      receiver?.end();
    });
    request.pause();
  }
  return {
    isWhole: () => size <= maxBytes,
    sendTo(next) {
      receiver = next;
      for (const chunk of kept) next.write(chunk);
      if (isOver) next.end();
      else request.resume();
    },
  };
}
