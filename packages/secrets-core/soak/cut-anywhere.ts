import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type DiskEvent, imagesOf, readTrace, refusedCalls, tracedCalls } from "./disk-model.ts";
import { check, inFolder, prepare } from "./kills.ts";
import { afterDeath, follow, type Model, type Step } from "./model.ts";
import type { Kind } from "./open-store.ts";
import { spawnWriter, type Writer } from "./spawn-writer.ts";
import type { Tally } from "./tally.ts";

/**
 * Records what a writer asks of its files, works out every state in which a power cut at any point may leave them, and
 * opens the store on each: what the disk was not yet made to keep may be there or not, in any order. A wrong order of
 * writes shows here each time, and not by chance.
 */
export async function cutAnywhere(
  tally: Tally,
  { kind, steps }: { kind: Kind; steps: readonly Step[] },
): Promise<void> {
  await inFolder(async (root) => {
    const [folder, kept, log] = [join(root, "store"), join(root, "kept"), join(root, "trace")];
    const before = await prepare(folder, kind);
    await cp(folder, kept, { recursive: true });
    const writer = await spawnWriter({ folder, kind, prefix: "call", count: steps.length, only: steps });
    const traced = await traceFiles(writer, log);
    writer.go();
    const { acknowledged } = await writer.ended(before);
    await traced();
    tally.acknowledged += acknowledged;
    const events = readTrace(await readFile(log, "latin1"));
    for (let end = 0; end <= events.length; end++) {
      const said = events.slice(0, end).flatMap((event) => (event.kind === "said" ? [event.line] : []));
      const told = said.reduce(follow, before);
      const model = afterDeath(told);
      const what = `power cut at ${end} of ${events.length}, in ${told.open?.step ?? "no step"}`;
      for (const files of await statesAt({ folder, kept, events, end })) {
        await judgeState(tally, { kind, kept, files, model, what });
      }
    }
  });
}

type Files = ReadonlyMap<string, Buffer>;

/** Every combination of what the files may be; the states of files do not depend on one another. */
async function statesAt(cut: {
  folder: string;
  kept: string;
  events: readonly DiskEvent[];
  end: number;
}): Promise<Files[]> {
  const { folder, kept, events, end } = cut;
  const written = new Set(events.flatMap((event) => (event.kind === "said" ? [] : [event.file])));
  let states: Files[] = [new Map()];
  for (const path of [...written].filter((path) => path.startsWith(folder))) {
    const name = path.slice(folder.length + 1);
    const images = imagesOf(await readFile(join(kept, name)), events, path, end);
    const distinct = images.filter((image, i) => images.findIndex((other) => other.equals(image)) === i);
    states = states.flatMap((files) => distinct.map((image) => new Map([...files, [name, image]])));
  }
  return states;
}

async function judgeState(
  tally: Tally,
  { kind, kept, files, model, what }: { kind: Kind; kept: string; files: Files; model: Model; what: string },
): Promise<void> {
  await inFolder(async (folder) => {
    await cp(kept, folder, { recursive: true });
    for (const [name, bytes] of files) await writeFile(join(folder, name), bytes);
    tally.events += 1;
    await check(tally, { folder, kind, prefix: "call", model, what });
  });
}

/** Follows all threads of a waiting writer. @returns what resolves once the log is whole */
async function traceFiles(writer: Writer, log: string): Promise<() => Promise<unknown>> {
  const calls = [...tracedCalls, ...refusedCalls].join(",");
  const args = [
    "-f",
    "-y",
    "-xx",
    "-s",
    "1000000",
    "-o",
    log,
    "-e",
    `trace=${calls}`,
    "-p",
    String(writer.pid),
  ];
  const tracer = spawn("strace", args, { stdio: ["ignore", "ignore", "pipe"] });
  const closed = once(tracer, "close");
  await Promise.race([once(createInterface({ input: tracer.stderr }), "line"), closed]);
  return () => closed;
}
