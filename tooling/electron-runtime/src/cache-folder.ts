import { mkdir, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";

/** Where what was downloaded is kept; it outlives a checkout, so that a second clone finds it. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  const given = env["LATCHKEY_CACHE_DIR"];
  if (given !== undefined && given !== "") return given;
  const xdg = env["XDG_CACHE_HOME"];
  return join(xdg !== undefined && xdg !== "" ? xdg : join(env["HOME"] ?? homedir(), ".cache"), "latchkey");
}

/**
 * Makes a folder appear complete or not at all: `fill` works in a sibling, which is renamed when it is done.
 * Of two processes that do so at once the second one's work is dropped.
 */
export async function createWhole(target: string, fill: (staging: string) => Promise<void>): Promise<void> {
  const parent = dirname(target);
  await mkdir(parent, { recursive: true });
  await removeAbandoned(parent);
  const staging = await mkdtemp(join(parent, `${stagingPrefix}${basename(target)}-`));
  try {
    await fill(staging);
    await rename(staging, target).catch((error: unknown) => {
      if (!isOccupied(error)) throw error;
    });
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

const stagingPrefix = ".staging-";
const abandonedAfterMs = 60 * 60 * 1000;

/** Removes what an interrupted process left; a younger folder may still be in use. */
async function removeAbandoned(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (!name.startsWith(stagingPrefix)) continue;
    const path = join(parent, name);
    // Another process may take its own away in the same moment.
    const mtimeMs = (await stat(path).catch(() => undefined))?.mtimeMs ?? Date.now();
    if (Date.now() - mtimeMs > abandonedAfterMs) await rm(path, { recursive: true, force: true });
  }
}

function isOccupied(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOTEMPTY" || error.code === "EEXIST");
}
