import { globSync } from "node:fs";
import { basename, join } from "node:path";

/** The bench files of the workspace by name: `desktop` for `desktop.bench.ts`. */
export function findBenches(root: string): Map<string, string> {
  const files = globSync("{apps,packages}/*/**/*.bench.ts", {
    cwd: root,
    exclude: (path) => ["node_modules", "out", "dist"].includes(basename(path)),
  });
  return new Map(files.toSorted().map((file) => [basename(file, ".bench.ts"), join(root, file)]));
}
