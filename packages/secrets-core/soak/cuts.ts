import { execFile } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { check, inFolder } from "./kills.ts";
import { afterDeath, follow, newModel } from "./model.ts";
import { type Kind, openSoakStore } from "./open-store.ts";
import { runSteps } from "./run-steps.ts";
import type { Tally } from "./tally.ts";

const run = promisify(execFile);

/**
 * Cuts the power of a file system under a writer, and mounts it again: ext4 in a file, shut down by ioctl without
 * writing what it has not written yet. Needs root, loop devices and a C compiler.
 *
 * @see https://git.kernel.org/pub/scm/fs/xfs/xfstests-dev.git, src/godown.c
 */
export async function cutPower(
  tally: Tally,
  { kind, isDone }: { kind: Kind; isDone: () => boolean },
): Promise<void> {
  await inFolder(async (root) => {
    const [image, mount, cutter] = [join(root, "disk.img"), join(root, "disk"), join(root, "cut")];
    await writeFile(`${cutter}.c`, cutterSource);
    await run("gcc", ["-o", cutter, `${cutter}.c`]);
    await mkdir(mount);
    await run("truncate", ["-s", "32M", image]);
    await run("mkfs.ext4", ["-q", image]);
    await run("mount", ["-o", "loop", image, mount]);
    const folder = join(mount, "store");
    try {
      let model = newModel();
      while (!isDone()) {
        const store = await openSoakStore(folder, kind);
        let isEnding = false;
        const lines: { line: string; at: bigint }[] = [];
        const say = (line: string) => void lines.push({ line, at: process.hrtime.bigint() });
        const steps = runSteps(store, { prefix: "cut", count: 1_000, say, isStopped: () => isEnding });
        await wait(randomInt(60));
        // The step that is under way meets the cut; one that began after it would wait for its lock.
        isEnding = true;
        const cutAt = BigInt((await run(cutter, [mount])).stdout);
        await steps;
        // What is told from the cut on nobody has seen; a system that is being cut off may also tell what is not so.
        const told = lines.filter(({ at }) => at < cutAt).map(({ line }) => line);
        tally.acknowledged += told.filter((line) => line === "ack").length;
        model = afterDeath(told.reduce(follow, model));
        await store[Symbol.asyncDispose]();
        await run("umount", [mount]);
        await run("mount", ["-o", "loop", image, mount]);
        tally.events += 1;
        model = await check(tally, { folder, kind, prefix: "cut", model, what: `power cut on ${kind}` });
      }
    } finally {
      await run("umount", [mount]);
    }
  });
}

/** The moment of a cut is chance, so here time itself is waited for. */
function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Prints the moment of the cut by the clock of `process.hrtime`. */
const cutterSource = `
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <time.h>
int main(int argc, char **argv) {
  uint32_t without_flush = 2;
  int folder = open(argv[1], O_RDONLY);
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  printf("%lld", now.tv_sec * 1000000000LL + now.tv_nsec);
  return folder < 0 || ioctl(folder, 0x8004587d, &without_flush) != 0;
}
`;
