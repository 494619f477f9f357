import { execFileSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { nodeComplaint } from "./node-version.mjs";
import { SetupError, say } from "./progress.mjs";
import { runStep } from "./run.mjs";
import { needsOf, unpackedOpenSsh } from "./system-needs.mjs";
import { installMissing, installMissingLibrariesOf } from "./system-packages.mjs";
import { unpackMissing } from "./unpacked-packages.mjs";
import { isInstalled, packageManager, rememberInstalled, root, toolsNode } from "./workspace.mjs";

/**
 * @typedef {object} Prepared
 * @property {string} electronPath
 * @property {NodeJS.ProcessEnv} env for whatever runs next: the tools' Node first on PATH, Electron named
 */

/**
 * Makes this machine and this checkout ready for a command. Whatever is ready already costs no time.
 *
 * @param {"start" | "test" | "dev"} command
 * @returns {Prepared}
 * @throws {SetupError}
 */
export function prepare(command) {
  const { platform, arch, versions } = process;
  const complaint = nodeComplaint({ version: versions.node, platform, arch });
  if (complaint !== undefined) throw new SetupError(complaint);
  installDependencies();
  installMissing(needsOf(command));
  if (command === "test") unpackMissing(unpackedOpenSsh);
  /** @type {NodeJS.ProcessEnv} */
  const env = {
    ...process.env,
    PATH: [join(root, "node_modules", ".bin"), process.env.PATH ?? ""].join(delimiter),
    TURBO_TELEMETRY_DISABLED: "1",
  };
  // npm sets this for its own output; the tools below read it as theirs.
  delete env["npm_config_loglevel"];
  const electronPath = resolveElectron(command, env);
  installMissingLibrariesOf(electronPath);
  return { electronPath, env: { ...env, ELECTRON_EXEC_PATH: electronPath } };
}

/**
 * Builds the application; what has not changed since the last build comes from the cache.
 *
 * @param {NodeJS.ProcessEnv} env
 */
export function build(env) {
  say("Building");
  runPnpm(["exec", "turbo", "run", "build", "--output-logs=errors-only"], { purpose: "The build", env });
}

function installDependencies() {
  if (isInstalled()) return;
  say(`Installing dependencies (${packageManager().replace("@", " ")})`);
  // With no one to answer, pnpm would refuse to replace dependencies that another version of it laid out.
  runPnpm(["install", "--frozen-lockfile", "--config.confirm-modules-purge=false"], {
    purpose: "The installation of the dependencies",
    env: process.env,
  });
  rememberInstalled();
}

/**
 * @param {string[]} args
 * @param {{ purpose: string, env: NodeJS.ProcessEnv }} options
 */
function runPnpm(args, options) {
  runStep("npx", ["--yes", packageManager(), ...args], options);
}

/**
 * @param {"start" | "test" | "dev"} command
 * @param {NodeJS.ProcessEnv} env
 */
function resolveElectron(command, env) {
  const program = join(root, "tooling", "electron-runtime", "src", "main.ts");
  const isSandboxed = process.platform === "linux" && process.getuid?.() !== 0;
  const args = [program, ...(isSandboxed && command !== "dev" ? ["--sandbox"] : [])];
  try {
    const output = execFileSync(toolsNode(), args, {
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    return String(JSON.parse(output).path);
  } catch {
    throw new SetupError("There is no Electron to run on; the lines above say why.");
  }
}
