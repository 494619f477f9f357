import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

/**
 * The text of a file that only its owner, this user, has rights to; `undefined` for any other.
 *
 * @throws the error of the file system, `ENOENT` when there is none
 */
export function readOwn(path: string): string | undefined {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stats = fstatSync(file);
    const isOurs = stats.isFile() && stats.uid === process.getuid?.() && (stats.mode & 0o077) === 0;
    return isOurs ? readFileSync(file, "utf8") : undefined;
  } finally {
    closeSync(file);
  }
}
