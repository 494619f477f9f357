/** Variables under which Node or Chromium write memory, traffic or traces of the process to places of others. */
const LEAKING_VARIABLES = [
  "NODE_DEBUG",
  "NODE_DEBUG_NATIVE",
  "NODE_V8_COVERAGE",
  "SSLKEYLOGFILE",
  "ELECTRON_ENABLE_LOGGING",
  "ELECTRON_LOG_FILE",
  "ELECTRON_ENABLE_STACK_DUMPING",
];

const DEBUGGING_SWITCHES = ["inspect", "inspect-brk", "remote-debugging-port", "remote-debugging-pipe"];

/**
 * Why the app must not start as it was started, in one sentence with the next step; `undefined` when it may.
 * Debugging switches are refused in an installed app only: tests and developers need them.
 */
export function findUnsafeEnvironment(options: {
  env: Readonly<Record<string, string | undefined>>;
  hasSwitch: (name: string) => boolean;
  isPackaged: boolean;
}): string | undefined {
  const variable = LEAKING_VARIABLES.find((name) => options.env[name]);
  if (variable) {
    return `Latchkey does not start while ${variable} is set, because it can write secrets elsewhere. Unset it and start again.`;
  }
  const debugging = options.isPackaged ? DEBUGGING_SWITCHES.find(options.hasSwitch) : undefined;
  if (debugging) {
    return `Latchkey does not start with --${debugging}, because it opens the app to other programs. Start it without.`;
  }
  return undefined;
}
