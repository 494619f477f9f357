import { join } from "node:path";
import { arrows } from "./arrows.ts";
import { judge } from "./judge.ts";
import { readGraph } from "./read-graph.ts";

/** `node src/main.ts`: one line an import that the arrows table does not allow. */
const files = await readGraph(join(import.meta.dirname, "..", "..", ".."));
const violations = judge(files, arrows);
for (const violation of violations) process.stdout.write(`${violation}\n`);
process.stdout.write(`${files.length} files, ${violations.length} imports against the arrows.\n`);
process.exitCode = violations.length === 0 ? 0 : 1;
