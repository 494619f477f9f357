import type {
  ExtensionAnswers,
  ExtensionCall,
  ExtensionEvent,
  ExtensionReply,
} from "@latchkey/api-contracts/extensions";

/** Where texts to the app go, and where its own come from: the worker that the extension runs in. */
export interface Port {
  postMessage(text: string): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
}

type ParamsOf<C extends ExtensionCall["call"]> = Extract<ExtensionCall, { call: C }>["params"];

/** The extension's end of the bridge. */
export interface Connection {
  /** @throws ExtensionError with the app's code, when it refuses the call */
  readonly ask: <C extends ExtensionCall["call"]>(
    call: C,
    params: ParamsOf<C>,
  ) => Promise<ExtensionAnswers[C]>;
  /** Calls back when a connection came, went or changed. */
  readonly onConnectionsChanged: (listener: () => void) => () => void;
}

/** A call that the app refused. `code` is one of its table of errors, `request.invalid` for example. */
export class ExtensionError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "ExtensionError";
    this.code = code;
  }
}

/** Speaks over a port. Replies find their call by its number; a reply without one is left. */
export function connect(port: Port): Connection {
  const waiting = new Map<number, (reply: ExtensionReply) => void>();
  const listeners = new Set<() => void>();
  let lastId = 0;

  port.addEventListener("message", ({ data }) => {
    if (typeof data !== "string") return;
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the app alone can send to an extension
    const message = JSON.parse(data) as ExtensionReply | ExtensionEvent;
    if ("id" in message) waiting.get(message.id)?.(message);
    else if (message.event === "connections-changed") for (const listener of listeners) listener();
  });

  return {
    ask(call, params) {
      const id = ++lastId;
      return new Promise((resolve, reject) => {
        waiting.set(id, (reply) => {
          waiting.delete(id);
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the reply to a call has what it is answered with
          if (reply.ok) resolve(reply.data as ExtensionAnswers[typeof call]);
          else reject(new ExtensionError(reply.error.code, reply.error.message));
        });
        port.postMessage(JSON.stringify({ id, call, params }));
      });
    },
    onConnectionsChanged(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
