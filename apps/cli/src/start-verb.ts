import { mkdirSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { dirname, join } from "node:path";
import { foldersOf } from "@latchkey/host/folders";
import { findUnsafeEnvironment } from "@latchkey/host/unsafe-environment";

/** Starts any verb but a plain `run`. Compiled code is kept, where Node can, in a folder of the person alone. */
export async function startVerb(words: readonly string[]): Promise<void> {
  const unsafe = findUnsafeEnvironment({ env: process.env, hasSwitch: () => false, isPackaged: false });
  // The doctor says what is wrong instead.
  if (unsafe && words[0] !== "doctor") {
    process.stderr.write(`latchkey: ${unsafe}\n`);
    process.exitCode = 1;
    return;
  }
  keepCompiledCode(join(dirname(foldersOf("latchkey").cache), "compiled"));
  const { runCommandLine } = await import("./command-line.ts");
  await runCommandLine(words);
}

function keepCompiledCode(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // Missing before Node 22.8.
    (enableCompileCache as ((folder: string) => unknown) | undefined)?.(folder);
  } catch {
    // It starts a little later without.
  }
}
