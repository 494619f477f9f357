import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import {
  installCommand,
  isDebianLike,
  knownLibraries,
  missingLibraries,
  missingNeeds,
  packagesFor,
} from "./apt-plan.mjs";
import { SetupError, say } from "./progress.mjs";
import { electronLibraries } from "./system-needs.mjs";

/** @import { SystemNeed } from "./system-needs.mjs" */

/**
 * Installs the Debian packages that unmet needs call for; does nothing where all needs are met.
 *
 * @param {SystemNeed[]} needs
 * @throws {SetupError} with the command to run when this user may not install packages
 */
export function installMissing(needs) {
  if (process.platform !== "linux") return;
  const missing = missingNeeds(needs, readMachine());
  if (missing.length === 0) return;
  const wanted = missing.map((need) => ("program" in need ? need.program : need.library)).join(", ");
  if (!existsSync("/etc/os-release") || !isDebianLike(readFileSync("/etc/os-release", "utf8"))) {
    throw new SetupError(
      `This system lacks ${wanted}. Install them with its package manager and run the command again.`,
    );
  }
  const asRoot = rootPrefix();
  if (asRoot === undefined) {
    throw new SetupError(
      `This system lacks ${wanted}. Run:\n  ${installCommand(packagesFor(missing, isKnownToApt))}`,
    );
  }
  if (!missing.every(({ packages }) => packages.some(isKnownToApt))) {
    say("Updating the package lists (apt-get update)");
    apt(asRoot, ["update"]);
  }
  const packages = packagesFor(missing, isKnownToApt);
  say(`Installing system packages: ${packages.join(" ")}`);
  const install = ["install", "-y", "--no-install-recommends", ...packages];
  if (apt(asRoot, install) || (apt(asRoot, ["update"]) && apt(asRoot, install))) return;
  throw new SetupError(`apt-get could not install ${packages.join(" ")}; its output is above.`);
}

/**
 * Installs what the given Electron binary cannot find on this machine.
 *
 * @param {string} electronPath
 */
export function installMissingLibrariesOf(electronPath) {
  if (process.platform !== "linux") return;
  const absent = missingLibraries(spawnSync("ldd", [electronPath], { encoding: "utf8" }).stdout ?? "");
  if (absent.length === 0) return;
  const known = electronLibraries.filter(({ library }) => absent.includes(library));
  if (known.length < absent.length) {
    throw new SetupError(`Electron needs shared libraries that this system lacks: ${absent.join(", ")}.`);
  }
  installMissing(known);
}

/** Fetches the package lists, where this user may. */
export function updateLists() {
  const asRoot = rootPrefix();
  return asRoot !== undefined && apt(asRoot, ["update"]);
}

function readMachine() {
  const ldconfig = existsSync("/sbin/ldconfig") ? "/sbin/ldconfig" : "ldconfig";
  const libraries = knownLibraries(spawnSync(ldconfig, ["-p"], { encoding: "utf8" }).stdout ?? "");
  return { hasProgram, hasLibrary: (/** @type {string} */ soname) => libraries.has(soname) };
}

/** @param {string} name */
function hasProgram(name) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** @param {string} name */
function isKnownToApt(name) {
  return spawnSync("apt-cache", ["show", name], { stdio: "ignore" }).status === 0;
}

/** The words that make a command run as root here, or undefined when this user may not. */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  const sudo = spawnSync("sudo", ["-n", "true"], { stdio: "ignore" });
  return sudo.status === 0 ? ["sudo", "-n"] : undefined;
}

/**
 * @param {string[]} prefix
 * @param {string[]} args
 */
function apt(prefix, args) {
  const words = [...prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q", ...args];
  const result = spawnSync(words[0] ?? "", words.slice(1), {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
  if (result.status !== 0) process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
  return result.status === 0;
}
