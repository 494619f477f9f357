import { copyFile, cp, mkdir, readdir, realpath, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type PackedPackage, readManifest } from "./pack.ts";
import { run } from "./run.ts";

const tsconfig = {
  compilerOptions: {
    target: "es2022",
    lib: ["es2022", "esnext.disposable"],
    module: "nodenext",
    types: ["node"],
    strict: true,
    skipLibCheck: true,
    rootDir: "examples",
    outDir: "out",
  },
  include: ["examples"],
};

/**
 * Compiles a package's examples against its published types, in an app outside the workspace, and runs the first one
 * in plain Node, without a session bus.
 *
 * **Shape** what the example printed.
 */
export async function tryAsConsumer(packages: readonly PackedPackage[], into: string): Promise<string> {
  const app = join(into, "app");
  const modules = join(app, "node_modules");
  await mkdir(join(app, "examples"), { recursive: true });
  for (const { name, folder, source } of packages) {
    await cp(folder, join(modules, name), { recursive: true });
    const { dependencies = {} } = await readManifest(source);
    for (const dependency of [...Object.keys(dependencies), "@types/node"]) {
      if (packages.some(({ name }) => name === dependency)) continue;
      await linkOnce(join(source, "node_modules", dependency), join(modules, dependency));
    }
  }
  const [library] = packages;
  if (!library) throw new TypeError("There is no package to try.");
  const examples = (await readdir(join(library.source, "examples"))).toSorted();
  for (const name of examples) {
    await copyFile(join(library.source, "examples", name), join(app, "examples", name));
  }
  await writeFile(join(app, "package.json"), JSON.stringify({ name: "app", type: "module" }));
  await writeFile(join(app, "tsconfig.json"), JSON.stringify(tsconfig));
  await run("tsc", ["-p", "tsconfig.json"], app);
  const script = join("out", (examples[0] ?? "").replace(/\.ts$/, ".js"));
  const plain = ["-u", "DBUS_SESSION_BUS_ADDRESS", "-u", "XDG_RUNTIME_DIR", process.execPath];
  return run("env", [...plain, script, join(into, "secrets")], app);
}

async function linkOnce(target: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await symlink(await realpath(target), path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
}
