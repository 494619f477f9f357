import { mkdir, mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBus } from "./bus.ts";
import { startDisplay } from "./display.ts";
import { startGuard } from "./guard.ts";
import { type Keyring, startKeyring } from "./keyring.ts";
import type { PromptAnswer, Prompter } from "./prompter.ts";
import { type RequiredProgram, requirePrograms } from "./required-programs.ts";

/** `none`: no Secret Service, and nothing on the bus that could start one. */
export type KeyringState = "unlocked" | "locked" | "none";

export type SessionOptions = {
  /** Default `unlocked`, or `none` without a bus. */
  keyring?: KeyringState;
  /** Whether there is a session bus; default true. */
  bus?: boolean;
  /** Whether there is an X display of its own; default false: no display at all. */
  display?: boolean;
  /** Where the session's folder is made; default the system's folder for what is temporary. */
  parent?: string;
};

/** A desktop session that lives until `stop`, or until the process that started it ends in whatever way. */
export type TestSession = {
  /** The complete environment for a program of this session. */
  env: Record<string, string>;
  /** What the session changes in the environment; `undefined` means the variable is absent in it. */
  changes: Readonly<Record<string, string | undefined>>;
  /** The session's folder; it is removed with the session. */
  folder: string;
  /** Locks the default collection. Nobody answers a prompt here, unless `answerPrompts` was called. */
  lock(): Promise<void>;
  /** Unlocks the default collection, as a login would. */
  unlock(): Promise<void>;
  /** Makes the Secret Service stop answering, with its name still on the bus, until `resume`. */
  stall(): void;
  resume(): void;
  /** Puts a fake of the desktop's prompter in front of the keyring, which answers from now on; without one none does. */
  answerPrompts(answer: PromptAnswer): Promise<Prompter>;
  /** Ends the Secret Service; the bus stays. */
  stopKeyring(): Promise<void>;
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
};

/**
 * Starts a private desktop session: its own bus, Secret Service and display, as asked, and its own data folders.
 *
 * @throws Error naming the missing programs and the command that installs them
 */
export async function startTestSession(options: SessionOptions = {}): Promise<TestSession> {
  const { bus = true, display = false, keyring = bus ? "unlocked" : "none", parent = tmpdir() } = options;
  if (!bus && keyring !== "none") throw new TypeError("A keyring needs a bus.");
  requirePrograms(programsFor({ bus, display, keyring }));

  const folder = await mkdtemp(join(parent, "lk-"));
  const guard = startGuard(folder);
  try {
    const changes = await makeFolders(folder);
    const env = environmentWith(changes);
    const set = (name: string, value: string) => {
      changes[name] = value;
      env[name] = value;
    };
    const runtime = join(folder, "run");
    if (display) set("DISPLAY", await startDisplay(env, guard));
    if (bus) set("DBUS_SESSION_BUS_ADDRESS", await startBus({ root: folder, runtime }, env, guard));
    const service = keyring === "none" ? undefined : await startKeyring(runtime, env, guard);
    if (keyring === "locked") await service?.lock();
    return { env, changes, folder, ...controls(service), stop: guard.end, [Symbol.asyncDispose]: guard.end };
  } catch (error) {
    await guard.end();
    throw error;
  }
}

function programsFor({ bus, display, keyring }: Required<Omit<SessionOptions, "parent">>): RequiredProgram[] {
  return [
    ...(bus ? (["dbus-daemon"] as const) : []),
    ...(keyring === "none" ? [] : (["gnome-keyring-daemon", "gdbus"] as const)),
    ...(display ? (["Xvfb"] as const) : []),
  ];
}

/** The session's own folders and the variables that name them; what could lead to another session is taken away. */
async function makeFolders(folder: string): Promise<Record<string, string | undefined>> {
  const folders = {
    XDG_RUNTIME_DIR: "run",
    XDG_CACHE_HOME: "cache",
    XDG_DATA_HOME: "data",
    XDG_CONFIG_HOME: "config",
    XDG_STATE_HOME: "state",
  };
  const changes: Record<string, string | undefined> = {
    DBUS_SESSION_BUS_ADDRESS: undefined,
    DISPLAY: undefined,
    GNOME_KEYRING_CONTROL: undefined,
    WAYLAND_DISPLAY: undefined,
    XAUTHORITY: undefined,
  };
  for (const [name, child] of Object.entries(folders)) {
    changes[name] = join(folder, child);
    await mkdir(join(folder, child), { mode: 0o700 });
  }
  return changes;
}

function environmentWith(changes: Record<string, string | undefined>): Record<string, string> {
  const merged = Object.entries({ ...process.env, ...changes });
  return Object.fromEntries(merged.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function controls(service: Keyring | undefined) {
  const require = (): Keyring => {
    if (service === undefined) throw new TypeError("This session was started without a keyring.");
    return service;
  };
  return {
    lock: async () => require().lock(),
    unlock: async () => require().unlock(),
    answerPrompts: async (answer: PromptAnswer) => require().answerPrompts(answer),
    stall: () => require().stall(),
    resume: () => require().resume(),
    stopKeyring: async () => require().stop(),
  };
}
