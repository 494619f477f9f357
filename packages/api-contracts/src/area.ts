import * as z from "zod";

/** A request and the response to it. */
export interface CallContract {
  readonly request: z.ZodType;
  readonly response: z.ZodType;
}

/** What one part of the app offers over IPC: calls by verb, and events that it sends. */
export interface Area {
  readonly name: string;
  readonly calls: Readonly<Record<string, CallContract>>;
  readonly events: Readonly<Record<string, z.ZodType>>;
}

/** Declares an area and keeps the exact types of its schemas. */
export function defineArea<const A extends Area>(area: A): A {
  return area;
}

/** The IPC channel of a verb or an event: `secrets` and `getState` give `secrets:get-state`. */
export function channelOf(area: Area, verb: string): string {
  return `${area.name}:${verb.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

type Capitalized<E> = E extends string ? Capitalize<E> : never;
type CallFunction<C extends CallContract> =
  z.input<C["request"]> extends Record<string, never>
    ? (request?: z.input<C["request"]>) => Promise<z.output<C["response"]>>
    : (request: z.input<C["request"]>) => Promise<z.output<C["response"]>>;

/** The functions that a client of an area calls; each event `changed` becomes `onChanged(listener)`. */
export type AreaClient<A extends Area> = {
  readonly [V in keyof A["calls"]]: CallFunction<A["calls"][V]>;
} & {
  readonly [E in keyof A["events"] as `on${Capitalized<E>}`]: (
    listener: (payload: z.output<A["events"][E]>) => void,
  ) => () => void;
};

/** The functions that the owner of an area implements. */
export type AreaHandlers<A extends Area> = {
  readonly [V in keyof A["calls"]]: (
    request: z.output<A["calls"][V]["request"]>,
  ) => Promise<z.input<A["calls"][V]["response"]>> | z.input<A["calls"][V]["response"]>;
};
