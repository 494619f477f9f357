/** `node tooling/setup/bootstrap.mjs start|test|dev [arguments]`: what `npm start` and `npm test` run. */
import { join } from "node:path";
import { build, prepare } from "./src/prepare.mjs";
import { SetupError, say } from "./src/progress.mjs";
import { runForeground } from "./src/run.mjs";
import { packageManager, root, toolsNode } from "./src/workspace.mjs";

const desktop = join(root, "apps", "desktop");
const isRoot = process.platform === "linux" && process.getuid?.() === 0;

/** @type {Record<string, (args: string[]) => Promise<number>>} */
const commands = { start, test, dev };

const [name = "", ...rest] = process.argv.slice(2);
const command = commands[name];
try {
  if (command === undefined) throw new SetupError(`Say one of: ${Object.keys(commands).join(", ")}.`);
  process.exitCode = await command(rest);
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

/** @param {string[]} args go to the application */
async function start(args) {
  const { electronPath, env } = prepare("start");
  build(env);
  if (process.platform === "linux" && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    say("No display was found, so the window cannot open: `latchkey up` runs the server without it.");
    return runForeground(toolsNode(), [join(root, "apps", "cli", "dist", "latchkey.cjs"), "up"], { env });
  }
  say("Opening Latchkey");
  // Chromium refuses to run as root with its sandbox on; nothing but this launcher turns it off.
  return runForeground(electronPath, [...(isRoot ? ["--no-sandbox"] : []), desktop, ...args], { env });
}

/** @param {string[]} args */
async function test(args) {
  const { env } = prepare("test");
  const check = [join("tooling", "check", "src", "main.ts"), "all", ...args];
  return runForeground("npx", ["--yes", packageManager(), "exec", "node", ...check], {
    env,
    hasInput: false,
  });
}

/** @param {string[]} args */
async function dev(args) {
  const { env } = prepare("dev");
  const electronVite = join(desktop, "node_modules", "electron-vite", "bin", "electron-vite.js");
  return runForeground(toolsNode(), [electronVite, "dev", "--watch", ...args], {
    cwd: desktop,
    env: { ...env, ...(isRoot ? { NO_SANDBOX: "1" } : {}) },
  });
}
