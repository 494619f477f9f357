import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { SetupError, say } from "./progress.mjs";
import { updateLists } from "./system-packages.mjs";
import { root } from "./workspace.mjs";

/** @import { UnpackedNeed } from "./system-needs.mjs" */

/** Where unpacked packages lie, each in a folder of its own. */
const cache = join(root, "node_modules", ".cache", "latchkey");

/**
 * Unpacks Debian packages into the cache of this checkout. Nothing is installed and no service is started, and it takes
 * no rights but for fetching the package lists where there are none.
 *
 * @param {UnpackedNeed} need
 * @throws {SetupError}
 */
export function unpackMissing({ folder, program, packages }) {
  const target = join(cache, folder);
  if (process.platform !== "linux" || existsSync(join(target, program))) return;
  say(`Unpacking ${packages.join(" ")}`);
  mkdirSync(cache, { recursive: true });
  const temporary = mkdtempSync(join(cache, "unpack-"));
  try {
    const download = () => run("apt-get", ["-q", "download", ...packages], temporary);
    if (!download() && !(updateLists() && download())) {
      throw new SetupError(`apt-get could not download ${packages.join(" ")}. Run: sudo apt-get update`);
    }
    const unpacked = join(temporary, "unpacked");
    for (const file of readdirSync(temporary).filter((name) => name.endsWith(".deb"))) {
      if (!run("dpkg-deb", ["-x", file, unpacked], temporary))
        throw new SetupError(`${file} could not be unpacked.`);
    }
    rmSync(target, { recursive: true, force: true });
    mkdirSync(dirname(target), { recursive: true });
    renameSync(unpacked, target);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/**
 * @param {string} program
 * @param {string[]} args
 * @param {string} cwd
 */
function run(program, args, cwd) {
  return spawnSync(program, args, { cwd, stdio: "ignore" }).status === 0;
}
