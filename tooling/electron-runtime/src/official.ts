import { chmod, mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { downloadArtifact } from "@electron/get";
import { extract } from "@electron-internal/extract-zip";
import { createWhole } from "./cache-folder.ts";

const downloadLimitMs = 5 * 60 * 1000;
const retryAfterMs = 12 * 60 * 60 * 1000;

/** The version the product ships with, and the SHA-256 of each of its archives by file name. */
export type OfficialRelease = { version: string; checksums: Record<string, string> };

/** Reads the release from an installed `electron` package. */
export async function readRelease(electronPackage: string): Promise<OfficialRelease> {
  const [manifest, archives] = await Promise.all([
    readObject(join(electronPackage, "package.json")),
    readObject(join(electronPackage, "checksums.json")),
  ]);
  const checksums = Object.entries(archives).map(([name, sum]): [string, string] => [name, String(sum)]);
  return { version: String(manifest["version"]), checksums: Object.fromEntries(checksums) };
}

async function readObject(path: string): Promise<Record<string, unknown>> {
  const value: unknown = JSON.parse(await readFile(path, "utf8"));
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/**
 * Downloads the official Electron into `folder`.
 * A failure is remembered in the cache, so that a network without that host costs time once in half a day.
 *
 * @returns whether the folder holds it now
 */
export async function downloadOfficial(
  folder: string,
  { version, checksums }: OfficialRelease,
  say: (progress: string) => void,
): Promise<boolean> {
  const failure = `${folder}.unreachable`;
  if (await isYoungerThan(failure, retryAfterMs)) return false;
  say(`Downloading Electron ${version}`);
  try {
    const zip = await withLimit(
      downloadArtifact({
        version,
        artifactName: "electron",
        platform: process.platform,
        arch: process.arch,
        checksums,
      }),
    );
    await createWhole(folder, async (staging) => {
      await extract(zip, { dir: staging });
      await chmod(staging, 0o755);
    });
    return true;
  } catch (error) {
    await mkdir(join(folder, ".."), { recursive: true });
    await writeFile(failure, `${inspect(error)}\n`);
    return false;
  }
}

async function withLimit<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`The download took over ${downloadLimitMs / 1000} s.`)),
      downloadLimitMs,
    );
  });
  return Promise.race([work, limit]).finally(() => clearTimeout(timer));
}

async function isYoungerThan(path: string, ageMs: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs < ageMs;
}
