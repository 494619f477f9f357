import type { Guard } from "./guard.ts";
import { readFirstLine, startProgram } from "./start-program.ts";

/** Starts a virtual X display on a free number and returns its name (`:12`) when it accepts clients. */
export async function startDisplay(env: NodeJS.ProcessEnv, guard: Guard): Promise<string> {
  const args = ["-displayfd", "3", "-screen", "0", "1440x1000x24", "-nolisten", "tcp", "-noreset"];
  const program = startProgram("Xvfb", args, { env, guard });
  return `:${(await readFirstLine(program, 3)).trim()}`;
}
