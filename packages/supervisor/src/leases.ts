import { Agent } from "node:http";

/** The right to send one request to the generation that served when it was given. Holds up the drain of it. */
export type Lease = {
  generation: number;
  port: number;
  /** The bearer token of that generation. */
  token: string;
  /** Keeps connections to that generation; they are closed with its drain. */
  agent: Agent;
  release: () => void;
  /** Calls back when the generation ends before the lease is given back. One callback a lease. */
  onCutOff: (callback: () => void) => void;
};

type Route = {
  generation: number;
  port: number;
  token: string;
  agent: Agent;
  /** The leases that are out, each with what is to be called when it is cut off. */
  held: Set<{ cutOff?: () => void }>;
};

/** Who may ask which generation, and how many requests each still has. */
export type Leases = {
  serve: (route: { generation: number; port: number; token: string } | null) => void;
  /** Calls back once the requests of that generation are over. */
  drain: (generation: number, onDrained: () => void) => void;
  /** That generation is asked to end: its idle connections go. */
  close: (generation: number) => void;
  /** That generation has ended. */
  forget: (generation: number) => void;
  /** The generation that serves; undefined while none does. */
  serving: () => { generation: number; token: string } | undefined;
  /** Undefined while no generation serves. */
  take: () => Lease | undefined;
  /** Resolves when a generation serves, or when those who wait had better look again. @throws the signal's reason */
  whenServing: (signal: AbortSignal) => Promise<void>;
  wake: () => void;
};

export function createLeases(): Leases {
  const routes = new Map<number, Route>();
  const drains = new Map<number, () => void>();
  const waiting = new Set<() => void>();
  let current: Route | undefined;

  function wake(): void {
    for (const look of waiting) look();
  }
  function close(generation: number): void {
    const agent = routes.get(generation)?.agent;
    for (const sockets of Object.values(agent?.freeSockets ?? {}))
      for (const socket of sockets ?? []) socket.destroy();
  }
  return {
    serve(route) {
      current = route ? { ...route, agent: new Agent({ keepAlive: true }), held: new Set() } : undefined;
      if (!current) return;
      routes.set(current.generation, current);
      wake();
    },
    wake,
    drain(generation, onDrained) {
      close(generation);
      if ((routes.get(generation)?.held.size ?? 0) === 0) return onDrained();
      drains.set(generation, onDrained);
    },
    close,
    forget(generation) {
      const route = routes.get(generation);
      if (current === route) current = undefined;
      routes.delete(generation);
      drains.delete(generation);
      for (const lease of route?.held ?? []) lease.cutOff?.();
      route?.agent.destroy();
    },
    serving: () => current && { generation: current.generation, token: current.token },
    take() {
      const route = current;
      if (!route) return undefined;
      const held: { cutOff?: () => void } = {};
      route.held.add(held);
      const { generation, port, token, agent } = route;
      return {
        generation,
        port,
        token,
        agent,
        onCutOff: (callback) => (held.cutOff = callback),
        release() {
          if (route.held.delete(held) && route.held.size === 0) drains.get(generation)?.();
        },
      };
    },
    async whenServing(signal) {
      signal.throwIfAborted();
      if (current) return;
      await new Promise<void>((resolve) => {
        const look = () => {
          waiting.delete(look);
          signal.removeEventListener("abort", look);
          resolve();
        };
        waiting.add(look);
        signal.addEventListener("abort", look);
      });
      signal.throwIfAborted();
    },
  };
}
