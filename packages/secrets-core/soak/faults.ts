import { check, inFolder, prepare } from "./kills.ts";
import type { Step } from "./model.ts";
import type { Kind } from "./open-store.ts";
import { spawnWriter } from "./spawn-writer.ts";
import type { Tally } from "./tally.ts";
import { eachCall, trace } from "./tracer.ts";

/** What a disk or a system may answer at any file call. */
const errors = ["EIO", "ENOSPC", "EACCES", "EXDEV", "EROFS", "EMFILE"];

/** Lets each file call of a step fail in turn: with every error, or with one after the other in rotation. */
export async function failEachCall(
  tally: Tally,
  { kind, step, isRotating }: { kind: Kind; step: Step; isRotating: boolean },
): Promise<void> {
  let turn = 0;
  await eachCall("file", async (traced) => {
    let isMet = false;
    for (const error of isRotating ? [errors[turn++ % errors.length]] : errors) {
      isMet = await inFolder(async (folder) => {
        const before = await prepare(folder, kind);
        const writer = await spawnWriter({ folder, kind, prefix: "call", count: 1, only: [step] });
        const met = await trace(writer, traced, `error=${error}`);
        writer.go();
        const { model, acknowledged } = await writer.ended(before);
        if ((await met()) === 0) return false;
        tally.events += 1;
        tally.acknowledged += acknowledged;
        const what = `${error} at ${traced.call} ${traced.number} of a ${step} on ${kind}`;
        await check(tally, { folder, kind, prefix: "call", model, what });
        return true;
      });
    }
    return isMet;
  });
}
