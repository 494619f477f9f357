import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "@latchkey/api-contracts/errors";
import { ContentHash, ExtensionManifest, ExtensionPath } from "@latchkey/api-contracts/extensions";
import { ExtensionId } from "@latchkey/api-contracts/ids";
import { parseAs } from "@latchkey/api-contracts/parse";

/** An extension as it was read once: what is hashed is what runs. */
export interface ExtensionFolder {
  readonly id: ExtensionId;
  readonly manifest: ExtensionManifest;
  readonly contentHash: ContentHash;
  /** Every file, by its path in the folder. */
  readonly files: ReadonlyMap<string, Buffer>;
}

/** How much an extension may bring. **Units** bytes for sizes. */
export const folderLimits = { maxFiles: 500, maxBytes: 8 * 1024 * 1024, maxDepth: 8 } as const;

/** What tools leave beside the code of an extension under work; never read, so never run. */
const leftOut = /^(?:node_modules$|\.)/;

/**
 * Reads a whole extension into memory. Nothing is read of the folder afterwards.
 *
 * @throws `extensions.invalid` with the file, the field and the rule that is broken; `files.unsafe` for a link, a
 *   device or anything else that is not a file or a folder
 */
export async function readExtension(folder: string): Promise<ExtensionFolder> {
  const files = await readFiles(folder);
  const manifest = parseAs(ExtensionManifest, parseManifest(files.get("package.json")), "extensions.invalid");
  if (manifest.main !== undefined && !files.has(manifest.main)) throw refused("main", "missing");
  const id = ExtensionId.parse(`${manifest.publisher}.${manifest.name}`);
  return { id, manifest, contentHash: hashFiles(files), files };
}

/** SHA-256 over the files in the order of their paths: the length of each path, the path, the size, the bytes. */
export function hashFiles(files: ReadonlyMap<string, Buffer>): ContentHash {
  const hash = createHash("sha256").update("latchkey extension 1\0");
  for (const path of [...files.keys()].toSorted()) {
    const bytes = files.get(path) ?? Buffer.alloc(0);
    hash.update(`${Buffer.byteLength(path)} ${path} ${bytes.byteLength} `).update(bytes);
  }
  return ContentHash.parse(hash.digest("hex"));
}

function parseManifest(bytes: Buffer | undefined): unknown {
  if (!bytes) throw refused("package.json", "missing");
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    throw refused("package.json", "wrong-form");
  }
}

async function readFiles(folder: string): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  let bytesLeft: number = folderLimits.maxBytes;
  async function readLevel(path: string, depth: number): Promise<void> {
    if (depth > folderLimits.maxDepth) throw refused("folders", "too-long");
    const within = join(folder, path);
    // Without following: a link to a folder elsewhere would bring in what the hash does not show as a link.
    if (!(await lstat(within)).isDirectory()) throw unsafe(path || "folder", "is-link");
    for (const entry of await readdir(within, { withFileTypes: true })) {
      if (leftOut.test(entry.name)) continue;
      const child = path === "" ? entry.name : `${path}/${entry.name}`;
      if (entry.isDirectory()) await readLevel(child, depth + 1);
      else if (!ExtensionPath.safeParse(child).success) throw refused("file", "wrong-form");
      else {
        if (files.size === folderLimits.maxFiles) throw refused("files", "too-long");
        const bytes = await readPlainFile(join(folder, child), child, bytesLeft);
        bytesLeft -= bytes.byteLength;
        files.set(child, bytes);
      }
    }
  }
  await readLevel("", 0);
  return files;
}

/** Reads through one handle, so that what was looked at is what is read; a FIFO does not make it wait. */
async function readPlainFile(path: string, name: string, maxBytes: number): Promise<Buffer> {
  const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
  const handle = await open(path, flags).catch((cause: NodeJS.ErrnoException) => {
    throw unsafe(name, cause.code === "ELOOP" ? "is-link" : "not-file", cause);
  });
  try {
    const { size, ...stats } = await handle
      .stat()
      .then((found) => ({ size: found.size, isFile: found.isFile() }));
    if (!stats.isFile) throw unsafe(name, "not-file");
    if (size > maxBytes) throw refused("files", "too-long");
    const buffer = Buffer.alloc(size + 1);
    const { bytesRead } = await handle.read(buffer, 0, buffer.byteLength, 0);
    // A file that changes while it is read is not one that can be vouched for.
    if (bytesRead !== size) throw unsafe(name, "not-file");
    return buffer.subarray(0, size);
  } finally {
    await handle.close();
  }
}

function refused(field: string, rule: "missing" | "wrong-form" | "too-long"): AppError {
  return new AppError("extensions.invalid", { field, rule });
}

function unsafe(file: string, rule: "is-link" | "not-file", cause?: unknown): AppError {
  return new AppError("files.unsafe", { file, rule }, { cause });
}
