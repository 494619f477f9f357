import { chown, cp, lstat, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join, relative } from "node:path";
import { prepareSandbox } from "@latchkey/electron-runtime";
import { runProgram } from "./run-program.ts";

/** `nobody`, on every system that has the name. */
const user = { uid: 65_534, gid: 65_534 };
const asUser = ["setpriv", `--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups"];

/** Where the end-to-end tests run, and the words and variables they are started with. */
export type Place = {
  checkout: string;
  electron: string;
  /** The folder that holds all of Electron. */
  runtime: string;
  prefix: readonly string[];
  env: Readonly<Record<string, string>>;
};

/**
 * Makes a checkout and an Electron usable for a user without rights. What that user cannot read, because it lies in
 * someone's private folder, is copied to a temporary one.
 */
export async function openToOthers(
  own: Pick<Place, "checkout" | "electron" | "runtime">,
): Promise<Place & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), "lk-user-"));
  const dispose = () => rm(folder, { recursive: true, force: true });
  try {
    await chown(folder, user.uid, user.gid);
    const home = join(folder, "home");
    const scratch = join(folder, "tmp");
    for (const path of [home, scratch]) {
      await mkdir(path, { mode: 0o700 });
      await chown(path, user.uid, user.gid);
    }
    const runtime = await readable(own.runtime, folder);
    const checkout = await readable(own.checkout, folder);
    await prepareSandbox(runtime, user);
    return {
      checkout,
      electron: join(runtime, relative(own.runtime, own.electron)),
      runtime,
      prefix: asUser,
      env: { HOME: home, TMPDIR: scratch, USER: "nobody", LOGNAME: "nobody" },
      [Symbol.asyncDispose]: dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function readable(folder: string, copies: string): Promise<string> {
  const { code } = await runProgram("setpriv", [
    ...asUser.slice(1),
    "test",
    "-r",
    folder,
    "-a",
    "-x",
    folder,
  ]);
  if (code === 0) return folder;
  const copy = join(copies, basename(folder));
  await mkdir(copy, { mode: 0o755 });
  for (const name of await readdir(folder)) {
    if (name !== ".git" && name !== ".turbo") await copyTree(join(folder, name), join(copy, name));
  }
  return copy;
}

/** Copies without following links, sharing the files' contents where both lie on one file system. */
async function copyTree(from: string, to: string): Promise<void> {
  const shared = await runProgram("cp", ["-al", "--", from, to]);
  if (shared.code === 0) return;
  await rm(to, { recursive: true, force: true });
  const isLink = (await lstat(from)).isSymbolicLink();
  await cp(from, to, { recursive: !isLink, verbatimSymlinks: true });
}
