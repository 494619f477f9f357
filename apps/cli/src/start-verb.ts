import { mkdirSync } from "node:fs";
import { enableCompileCache } from "node:module";
import { dirname, join } from "node:path";
import { foldersOf } from "@latchkey/host/folders";
import { findUnsafeEnvironment } from "@latchkey/host/unsafe-environment";

/** Starts any verb but a plain `run`. Compiled code is kept, where Node can, in a folder of the person alone. */
export async function startVerb(words: readonly string[]): Promise<void> {
  const unsafe = findUnsafeEnvironment({ env: process.env, hasSwitch: () => false, isPackaged: false });
  if (!unsafe) keepCompiledCode(join(dirname(foldersOf("latchkey").cache), "compiled"));
  const { runCommandLine } = await import("./command-line.ts");
  // The doctor says what is wrong instead.
  await runCommandLine(words, words[0] === "doctor" ? undefined : unsafe);
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
