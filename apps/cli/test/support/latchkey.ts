import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";

const program = join(import.meta.dirname, "../../dist/latchkey.cjs");

/** How one run of the command ended. */
export type Ended = { code: number | null; signal: NodeJS.Signals | null; stdout: string; stderr: string };

/** A person of one test: folders of their own, in the session's keychain or without one. */
export type Person = AsyncDisposable & {
  readonly env: Record<string, string>;
  readonly folder: string;
  readonly data: string;
  /** Runs the built command with pipes. */
  latchkey(
    words: readonly string[],
    options?: { input?: string | Buffer; env?: Record<string, string> },
  ): Promise<Ended>;
  /** Starts the built command and leaves it running. */
  start(words: readonly string[], env?: Record<string, string>): ReturnType<typeof spawn>;
  /** Runs it on a pseudo-terminal, answering each awaited text with keys. */
  onTerminal(
    words: readonly string[],
    answers?: readonly (readonly [awaited: string, keys: string])[],
    env?: Record<string, string>,
  ): Promise<Ended>;
};

/** @param keychain whether the person has the session's keychain; without it `secrets.env` is used */
export async function createPerson({ keychain = false } = {}): Promise<Person> {
  const folder = await mkdtemp(join(tmpdir(), "lk-cli-"));
  const env: Record<string, string> = {
    PATH: process.env["PATH"] ?? "",
    HOME: folder,
    LANG: "en_US.UTF-8",
    TZ: "UTC",
    TERM: "xterm-256color",
    XDG_DATA_HOME: join(folder, "data"),
    XDG_CONFIG_HOME: join(folder, "config"),
    XDG_STATE_HOME: join(folder, "state"),
    XDG_CACHE_HOME: join(folder, "cache"),
    ...(keychain ? { DBUS_SESSION_BUS_ADDRESS: process.env["DBUS_SESSION_BUS_ADDRESS"] ?? "" } : {}),
  };
  const start = (words: readonly string[], more: Record<string, string> = {}) =>
    spawn(process.execPath, [program, ...words], { env: { ...env, ...more }, cwd: folder });
  return {
    env,
    folder,
    data: join(folder, "data", "latchkey"),
    start,
    async latchkey(words, { input = "", env: more = {} } = {}) {
      const child = start(words, more);
      child.stdin.on("error", () => undefined);
      child.stdin.end(input);
      return ended(child);
    },
    async onTerminal(words, answers = [], more = {}) {
      const script = [join(import.meta.dirname, "terminal.py"), JSON.stringify(answers)];
      const child = spawn("python3", [...script, process.execPath, program, ...words], {
        env: { ...env, ...more },
        cwd: folder,
      });
      return ended(child);
    },
    async [Symbol.asyncDispose]() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Everything that a child printed, and how it ended. */
export async function ended(child: ReturnType<typeof spawn>): Promise<Ended> {
  const exit = new Promise<Pick<Ended, "code" | "signal">>((resolve) => {
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  const [stdout, stderr] = await Promise.all(
    [child.stdout, child.stderr].map(async (stream) => (stream ? (await buffer(stream)).toString() : "")),
  );
  return { ...(await exit), stdout: stdout ?? "", stderr: stderr ?? "" };
}
