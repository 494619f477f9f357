/** @import { SystemNeed } from "./system-needs.mjs" */

/**
 * Picks the needs that this machine does not meet.
 *
 * @param {SystemNeed[]} needs
 * @param {{ hasProgram: (name: string) => boolean, hasLibrary: (soname: string) => boolean }} machine
 */
export function missingNeeds(needs, machine) {
  return needs.filter((need) =>
    "program" in need ? !machine.hasProgram(need.program) : !machine.hasLibrary(need.library),
  );
}

/**
 * Turns unmet needs into package names, each once, sorted.
 *
 * @param {SystemNeed[]} missing
 * @param {(name: string) => boolean} isKnownToApt says whether this release has a package of that name;
 *   when it knows none of a need's names, the oldest name is taken, which every release at least provides
 */
export function packagesFor(missing, isKnownToApt) {
  const names = missing.map(
    ({ packages }) => packages.find((name) => isKnownToApt(name)) ?? packages[packages.length - 1] ?? "",
  );
  return [...new Set(names)].filter((name) => name !== "").toSorted();
}

/**
 * The command a person runs when the setup may not install packages itself.
 *
 * @param {string[]} packages
 */
export function installCommand(packages) {
  return `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${packages.join(" ")}`;
}

/**
 * Says whether `/etc/os-release` describes a system that installs packages with apt.
 *
 * @param {string} osRelease
 */
export function isDebianLike(osRelease) {
  const ids = osRelease
    .split("\n")
    .filter((line) => /^ID(_LIKE)?=/.test(line))
    .flatMap((line) =>
      line
        .slice(line.indexOf("=") + 1)
        .replaceAll(/["']/g, "")
        .trim()
        .split(/\s+/),
    );
  return ids.includes("debian") || ids.includes("ubuntu");
}

/**
 * The shared libraries that `ldd` could not find.
 *
 * @param {string} lddOutput
 */
export function missingLibraries(lddOutput) {
  return lddOutput
    .split("\n")
    .filter((line) => line.includes("=> not found"))
    .map((line) => line.trim().split(" ")[0] ?? "");
}

/**
 * The sonames that `ldconfig -p` lists.
 *
 * @param {string} ldconfigOutput
 */
export function knownLibraries(ldconfigOutput) {
  return new Set(
    ldconfigOutput
      .split("\n")
      .filter((line) => line.includes("=>"))
      .map((line) => line.trim().split(" ")[0] ?? ""),
  );
}
