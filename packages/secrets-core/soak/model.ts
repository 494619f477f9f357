import * as z from "zod";
import type { SecretStore } from "../src/index.ts";

/** What a writer does. Each step concerns two secrets that always carry one value, so that half a change is seen. */
export const Step = z.enum(["change", "remove", "stage", "commit", "discard"]);
export type Step = z.infer<typeof Step>;

/** The value of the pair in force and the one that is pending. */
export type State = Readonly<{ inForce?: string | undefined; pending?: string | undefined }>;

/** The states that the store may be in: one after an acknowledged step, two after one whose end nobody saw. */
export type Model = {
  states: readonly State[];
  /** The step that was begun and not answered. */
  open: { step: Step; value: string } | undefined;
};

export function newModel(): Model {
  return { states: [{}], open: undefined };
}

export function keysOf(prefix: string): [string, string] {
  return [`provider.${prefix}.one`, `provider.${prefix}.two`];
}

/** Takes in one line of a writer: `try <step> <value>`, `ack` or `fail <code>`. */
export function follow(model: Model, line: string): Model {
  const [word, step, value] = line.split(" ");
  if (word === "try") return { ...model, open: { step: Step.parse(step), value: value ?? "" } };
  const { open } = model;
  if (!open) return model;
  const after = model.states.map((state) => apply(state, open));
  return { states: word === "ack" ? after : distinct([...model.states, ...after]), open: undefined };
}

/** The states after the writer died: what was acknowledged, with the open step or without it. */
export function afterDeath(model: Model): Model {
  return model.open ? follow(model, "fail died") : model;
}

/** Compares the store with the model: `good`, `lost` for a state that is none of the possible, `mixed` for half a change. */
export async function judge(
  store: SecretStore,
  prefix: string,
  { states }: Model,
): Promise<{ verdict: "good" | "lost" | "mixed"; state: State }> {
  const names = keysOf(prefix).map((key) => key.toUpperCase().replaceAll(".", "_"));
  const read = async (pending: boolean) => {
    const env = (await store.snapshot({ pending })).toEnv();
    return names.map((name) => env[name]);
  };
  const [inForce, pending] = [await read(false), await read(true)];
  const isPending = (await store.pending()) !== undefined;
  const state = { inForce: inForce[0], pending: isPending ? pending[0] : undefined };
  if (inForce[0] !== inForce[1] || pending[0] !== pending[1]) return { verdict: "mixed", state };
  return { verdict: states.some((one) => isSame(one, state)) ? "good" : "lost", state };
}

function apply(state: State, { step, value }: { step: Step; value: string }): State {
  if (step === "change") return { inForce: value };
  if (step === "remove") return {};
  if (step === "stage") return { ...state, pending: value };
  if (step === "commit" && state.pending !== undefined) return { inForce: state.pending };
  return { inForce: state.inForce };
}

function distinct(states: readonly State[]): State[] {
  return states.filter((state, i) => states.findIndex((other) => isSame(other, state)) === i);
}

function isSame(a: State, b: State): boolean {
  return a.inForce === b.inForce && a.pending === b.pending;
}
