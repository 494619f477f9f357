import { createConnection } from "node:net";
import { takeMessage, type WireCall, writeCall } from "./bus-wire.ts";

/** A connection for a handful of calls, which are written as they come and answered in any order. */
export type QuickBus = {
  /** The body of the answer. Rejects for an error answer, a lost connection and a passed deadline alike. */
  call(call: WireCall): Promise<Buffer>;
  close(): void;
};

const accepted = /^OK [0-9a-f]+\r\n/;

/**
 * Connects to the bus on a socket. Authentication, greeting and first calls leave together, because the bus reads
 * them in order anyway.
 */
export function openQuickBus(socketPath: string, deadlineMs: number): QuickBus {
  const waiting = new Map<number, { resolve: (body: Buffer) => void; reject: (error: Error) => void }>();
  let serial = 0;
  let isAccepted = false;
  let outgoing: Buffer[] = [];
  let arrived: Buffer = Buffer.alloc(0);

  // Read this way, bytes do not pass through a stream, which takes longer to set up than the bus to answer.
  const buffer = Buffer.alloc(65_536);
  const socket = createConnection({ path: socketPath, onread: { buffer, callback: take } });

  function end(): void {
    clearTimeout(timer);
    socket.destroy();
    for (const { reject } of waiting.values()) reject(new Error("The bus went away."));
    waiting.clear();
  }
  const timer = setTimeout(end, deadlineMs);

  function take(count: number): boolean {
    arrived = Buffer.concat([arrived, buffer.subarray(0, count)]);
    try {
      takeAccepted();
      if (isAccepted) takeReplies();
    } catch {
      end();
    }
    return true;
  }

  function takeAccepted(): void {
    const line = isAccepted ? -1 : arrived.indexOf("\r\n");
    if (line < 0) return;
    if (!accepted.test(arrived.toString("latin1", 0, line + 2))) throw new Error("The bus refused.");
    isAccepted = true;
    arrived = arrived.subarray(line + 2);
  }

  function takeReplies(): void {
    for (let message = takeMessage(arrived); message; message = takeMessage(arrived)) {
      arrived = message.rest;
      if (!message.reply) continue;
      const { serial, isError, body } = message.reply;
      const asked = waiting.get(serial);
      waiting.delete(serial);
      if (isError) asked?.reject(new Error("The bus answered with an error."));
      else asked?.resolve(body);
    }
  }

  socket.on("error", end);
  socket.on("close", end);
  /** Calls made in one go leave in one write: each write wakes the bus. */
  function send(bytes: Buffer): void {
    if (outgoing.length === 0) queueMicrotask(flush);
    outgoing.push(bytes);
  }
  function flush(): void {
    socket.write(Buffer.concat(outgoing));
    outgoing = [];
  }
  const user = Buffer.from(String(process.getuid?.() ?? 0)).toString("hex");
  send(Buffer.from(`\0AUTH EXTERNAL ${user}\r\nBEGIN\r\n`));

  const bus: QuickBus = {
    call: (call) =>
      new Promise((resolve, reject) => {
        serial += 1;
        waiting.set(serial, { resolve, reject });
        send(writeCall(serial, call));
      }),
    close: end,
  };
  const name = "org.freedesktop.DBus";
  bus.call({ destination: name, path: "/org/freedesktop/DBus", interface: name, member: "Hello" }).catch(end);
  return bus;
}
