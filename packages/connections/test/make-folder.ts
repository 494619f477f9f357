import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";

/** A folder of the present test, gone after it. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lk-connections-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}
