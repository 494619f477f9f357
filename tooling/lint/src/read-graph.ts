import { readdirSync } from "node:fs";
import { join } from "node:path";
import { cruise } from "dependency-cruiser";
import type { SourceFile } from "./judge.ts";

const sourceFile = /(?<!\.d)\.(ts|tsx|mts|mjs|js)$/;
const skipped = new Set(["node_modules", "out", "dist", "release", "test-results", "coverage"]);

/**
 * Reads the imports of every source file below `apps`, `packages`, `tooling` and `examples`.
 *
 * @throws Error when a file was not read: without a compiler of its own the reader would see no TypeScript at all
 */
export async function readGraph(root: string): Promise<SourceFile[]> {
  const paths = ["apps", "packages", "tooling", "examples"].flatMap((folder) => listSources(root, folder));
  const { output } = await cruise(
    paths,
    { baseDir: root, tsPreCompilationDeps: true, doNotFollow: { path: "node_modules" } },
    { exportsFields: ["exports"], conditionNames: ["import", "types", "node", "default"] },
  );
  if (typeof output === "string") throw new TypeError("The import graph came as text.");
  const read = new Map(output.modules.map(({ source, dependencies }) => [source, dependencies]));
  return paths.map((path) => {
    const dependencies = read.get(path);
    if (dependencies === undefined) throw new Error(`${path} was not read for its imports.`);
    return {
      path,
      imports: dependencies.map(({ module, resolved, coreModule }) => ({
        specifier: module,
        isNode: coreModule,
        ...(/^(apps|packages|tooling|examples)\/(?!.*node_modules\/)/.test(resolved)
          ? { file: resolved }
          : {}),
      })),
    };
  });
}

function listSources(root: string, folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) return skipped.has(entry.name) ? [] : listSources(root, path);
      return sourceFile.test(entry.name) ? [path] : [];
    });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
