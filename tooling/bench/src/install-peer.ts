import { execFile } from "node:child_process";
import { access, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { cacheFolder, createWhole } from "@latchkey/electron-runtime";

const run = promisify(execFile);

/**
 * Installs a package to compare with into the cache folder, once, and without running its scripts.
 *
 * @returns the folder of the package
 */
export async function installPeer(spec: `${string}@${string}`): Promise<string> {
  const name = spec.slice(0, spec.lastIndexOf("@"));
  const folder = join(cacheFolder(), "peers", spec.replaceAll("/", "+"));
  const isThere = await access(folder).then(
    () => true,
    () => false,
  );
  if (!isThere) {
    await createWhole(folder, async (staging) => {
      await writeFile(join(staging, "package.json"), '{ "private": true }\n');
      await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", spec], { cwd: staging });
    });
  }
  return join(folder, "node_modules", name);
}
