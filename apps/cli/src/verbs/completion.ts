import { foldersOf } from "@latchkey/host/folders";
import { readKeysQuickly } from "@latchkey/secrets-core/quick-read";
import type { Command } from "commander";
import { bashScript } from "../completion/bash.ts";
import { fishScript } from "../completion/fish.ts";
import { powershellScript } from "../completion/powershell.ts";
import { verbsOf } from "../completion/verbs-of.ts";
import { zshScript } from "../completion/zsh.ts";

const scripts = { bash: bashScript, zsh: zshScript, fish: fishScript, powershell: powershellScript } as const;
export type Shell = keyof typeof scripts;

/** The script that a shell reads; it asks `latchkey __keys` for the keys at each completion, never for a value. */
export function completionScript(shell: Shell, program: Command): string {
  return scripts[shell](verbsOf(program));
}

/** The keys, one a line, for the scripts. */
export function printKeys(): void {
  const keys = readKeysQuickly(foldersOf("latchkey").data);
  process.stdout.write(keys.map((key) => `${key}\n`).join(""));
}
