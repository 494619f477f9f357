import { once } from "node:events";
import { writeSync } from "node:fs";
import { Step } from "./model.ts";
import { Kind, openSoakStore } from "./open-store.ts";
import { runSteps } from "./run-steps.ts";

/** `node writer.ts <folder> <kind> <prefix> <count> [steps]`: opens the store, says so, and goes at the first input. */
const [folder = "", kind = "", prefix = "", count = "", only] = process.argv.slice(2);
const say = (line: string) => void writeSync(1, `${line}\n`);

const store = await openSoakStore(folder, Kind.parse(kind));
say("ready");
await once(process.stdin, "data");
process.stdin.destroy();
await runSteps(store, {
  prefix,
  count: Number(count),
  only: only?.split(",").map((step) => Step.parse(step)),
  say,
});
await store[Symbol.asyncDispose]();
