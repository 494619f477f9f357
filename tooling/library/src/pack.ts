import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { root, run } from "./run.ts";

/** A package as another app would install it. */
export type PackedPackage = {
  name: string;
  /** Its folder in the workspace. */
  source: string;
  tarball: string;
  /** The tarball's content. */
  folder: string;
};

/** Builds a package and packs it into a folder of its own. */
export async function packPackage(directory: string, into: string): Promise<PackedPackage> {
  const source = join(root, "packages", directory);
  const { name, scripts } = await readManifest(source);
  // The build of the manifest, without a package manager in between.
  for (const step of (scripts["build"] ?? "").split(" && ")) {
    const [program = "", ...args] = step.split(" ");
    await run(program, args, source);
  }
  const destination = join(into, directory);
  await mkdir(destination, { recursive: true });
  const { packageManager = "pnpm" } = await readManifest(root);
  await run("npx", ["--yes", packageManager, "pack", "--pack-destination", destination], source);
  const [file = ""] = (await readdir(destination)).filter((name) => name.endsWith(".tgz"));
  await run("tar", ["xzf", file], destination);
  return { name, source, tarball: join(destination, file), folder: join(destination, "package") };
}

export type Manifest = {
  name: string;
  packageManager?: string;
  scripts: Record<string, string>;
  dependencies?: Record<string, string>;
};

export async function readManifest(folder: string): Promise<Manifest> {
  const manifest: Manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  return manifest;
}
