import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { createClient } from "@homebridge/dbus-native";
import { BusError, SecretServiceError } from "./bus-error.ts";

/** What the library has and its own types leave out. */
declare module "@homebridge/dbus-native" {
  export function createClient(options: { stream: Socket; authMethods: string[] }): MessageBus;
}

/** A message as the library takes and gives it. */
type BusMessage = {
  type?: number;
  path?: string;
  destination?: string;
  interface?: string;
  member?: string;
  signature?: string;
  body?: unknown[];
};

/** One method call. `signature` describes `args` in D-Bus type codes. */
export type BusCall = {
  destination: string;
  path: string;
  interface: string;
  member: string;
  signature?: string;
  args?: unknown[];
};

/** A connection to the session bus. When it ends, however it ends, calls under way reject. */
export type BusConnection = {
  /** The values of the answer. @throws BusError, SecretServiceError */
  call(call: BusCall): Promise<unknown[]>;
  /** Tells of each signal that a match rule of this connection asked for. */
  onSignal(listener: (member: string, body: readonly unknown[]) => void): void;
  isOpen(): boolean;
  close(): void;
};

const signalType = 4;

/**
 * Connects to the bus on a socket. The library gets a connected stream, because its own search for a bus may start
 * programs, and it is told to authenticate by user id alone.
 *
 * @throws SecretServiceError `no-session-bus`
 */
export async function connectToBus(socketPath: string, signal: AbortSignal): Promise<BusConnection> {
  const stream = createConnection(socketPath);
  try {
    await once(stream, "connect", { signal });
  } catch {
    stream.destroy();
    throw new SecretServiceError(signal.aborted ? "not-answering" : "no-session-bus");
  }
  const bus = createClient({ stream, authMethods: ["EXTERNAL"] });
  const waiting = new Set<(error: Error) => void>();
  let isOpen = true;

  function end(): void {
    isOpen = false;
    stream.destroy();
    for (const reject of waiting) reject(new BusError("org.freedesktop.DBus.Error.Disconnected"));
    waiting.clear();
  }
  bus.connection.on("error", end);
  stream.on("close", end);
  // An open connection must not keep a finished program from ending; a call under way must.
  stream.unref();

  return {
    call: ({ args, ...call }) =>
      new Promise((resolve, reject) => {
        if (!isOpen) {
          reject(new BusError("org.freedesktop.DBus.Error.Disconnected"));
          return;
        }
        waiting.add(reject);
        stream.ref();
        const message: BusMessage = args ? { ...call, body: args } : call;
        // The library's callback has one parameter for each value of the answer.
        const answered = (error: { name?: string } | null | undefined, ...values: unknown[]) => {
          waiting.delete(reject);
          if (waiting.size === 0) stream.unref();
          if (error) reject(new BusError(error.name ?? "org.freedesktop.DBus.Error.Failed"));
          else resolve(values);
        };
        bus.invoke(message, answered as Parameters<typeof bus.invoke>[1]);
      }),
    onSignal(listener) {
      bus.connection.on("message", (message: BusMessage) => {
        if (message.type === signalType) listener(message.member ?? "", message.body ?? []);
      });
    },
    isOpen: () => isOpen,
    close: end,
  };
}
