import { spawn } from "node:child_process";
import { once } from "node:events";
import { globSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./run-program.ts";

/** `pnpm soak [--filter name] [--minutes N]`: runs the soak of each part that has one, or of the named part. */
const { values } = parseArgs({ options: { filter: { type: "string" }, minutes: { type: "string" } } });
const soaks = globSync("{apps,packages}/*/soak/main.ts", { cwd: root })
  .toSorted()
  .filter((file) => values.filter === undefined || basename(dirname(dirname(file))) === values.filter);
if (soaks.length === 0) throw new Error(`There is no soak of ${values.filter}.`);

const minutes = values.minutes === undefined ? [] : ["--minutes", values.minutes];
for (const file of soaks) {
  const child = spawn(process.execPath, [join(root, file), ...minutes], { stdio: "inherit" });
  const [code] = await once(child, "exit");
  if (code !== 0) process.exitCode = 1;
}
