import { inFolder } from "./kills.ts";
import { judge, newModel } from "./model.ts";
import { type Kind, openSoakStore } from "./open-store.ts";
import { spawnWriter } from "./spawn-writer.ts";
import { count, type Tally } from "./tally.ts";

/** Lets several processes write at once in one folder, each its own pair, and looks for every pair after. */
export async function writeTogether(
  tally: Tally,
  { kind, processes, steps }: { kind: Kind; processes: number; steps: number },
): Promise<void> {
  await inFolder(async (folder) => {
    const prefixes = Array.from({ length: processes }, (_, i) => `crowd${i}`);
    const writers = await Promise.all(
      prefixes.map((prefix) => spawnWriter({ folder, kind, prefix, count: steps, only: ["change"] })),
    );
    for (const writer of writers) writer.go();
    const ended = await Promise.all(writers.map((writer) => writer.ended(newModel())));
    await using store = await openSoakStore(folder, kind);
    for (const [i, { model, acknowledged }] of ended.entries()) {
      tally.events += 1;
      tally.acknowledged += acknowledged;
      if (acknowledged < steps)
        tally.notes.push(`${steps - acknowledged} changes of ${prefixes[i]} were refused`);
      const { verdict, state } = await judge(store, prefixes[i] ?? "", model);
      count(tally, verdict, `${prefixes[i]}: found ${JSON.stringify(state)}`);
    }
  });
}
