import { randomInt } from "node:crypto";
import type { Edit, SecretStore } from "../src/index.ts";
import { keysOf, type Step } from "./model.ts";

export type StepOptions = {
  prefix: string;
  count: number;
  /** Only these steps, in this order and over again, instead of any. */
  only?: readonly Step[] | undefined;
  /** Takes each line that `follow` reads; a line is out before the step it tells of goes on. */
  say: (line: string) => void;
  /** Ends the run before its count is reached. */
  isStopped?: () => boolean;
};

/** Runs steps on the pair of secrets of a prefix, and says before and after each how it stands. */
export async function runSteps(
  store: SecretStore,
  { prefix, count, only, say, isStopped }: StepOptions,
): Promise<void> {
  for (let i = 0; i < count; i++) {
    if (isStopped?.()) return;
    const step = only?.[i % only.length] ?? pick();
    const value = `canary-${prefix}-${randomInt(2 ** 40)}`;
    say(`try ${step} ${value}`);
    try {
      await run(store, step, keysOf(prefix), value);
      say("ack");
    } catch (error) {
      say(`fail ${error instanceof Error && "code" in error ? String(error.code) : "unknown"}`);
    }
  }
}

function pick(): Step {
  const steps: Step[] = [
    "change",
    "change",
    "change",
    "remove",
    "stage",
    "stage",
    "commit",
    "commit",
    "discard",
  ];
  return steps[randomInt(steps.length)] ?? "change";
}

async function run(store: SecretStore, step: Step, keys: readonly string[], value: string): Promise<void> {
  const sets = keys.map((key): Edit => ({ op: "set", key, value }));
  if (step === "change") await store.change(sets);
  else if (step === "stage") await store.stage(sets);
  else if (step === "commit") await store.commitPending();
  else if (step === "discard") await store.discardPending();
  else await store.change(keys.map((key): Edit => ({ op: "remove", key })));
}
