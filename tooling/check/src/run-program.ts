import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";

/** The root of the checkout. */
export const root = join(import.meta.dirname, "..", "..", "..");

/** How a program ended, with all it wrote, in the order it came. */
export type Ended = { code: number; output: string };

export type ProgramOptions = { cwd?: string; env?: Readonly<Record<string, string | undefined>> };

/** Output is captured, so it is asked for without colours. */
const plain = { NO_COLOR: "1", FORCE_COLOR: undefined, TURBO_TELEMETRY_DISABLED: "1" };

/** Runs a program of the workspace, or of the system, to its end. It gets no input. */
export async function runProgram(
  program: string,
  args: readonly string[],
  { cwd = root, env = {} }: ProgramOptions = {},
): Promise<Ended> {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, ...plain, PATH: toolsPath(), ...env },
    // The programs of the workspace are scripts on Windows, which only a shell starts.
    shell: process.platform === "win32",
    stdio: ["ignore", "pipe", "pipe"],
  });
  const chunks: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    const end = (code: number) => resolve({ code, output: Buffer.concat(chunks).toString("utf8") });
    child.once("error", (error) => {
      chunks.push(Buffer.from(`${error.message}\n`));
      end(127);
    });
    child.once("close", (code) => end(code ?? 1));
  });
}

function toolsPath(): string {
  return [join(root, "node_modules", ".bin"), process.env["PATH"] ?? ""].join(delimiter);
}
