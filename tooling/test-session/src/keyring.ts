import { mkdir } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { callMethod, waitForName } from "./bus.ts";
import type { Guard } from "./guard.ts";
import { type PromptAnswer, type Prompter, startPrompter } from "./prompter.ts";
import { startProgram } from "./start-program.ts";

/** Opens a throw-away keyring that guards canaries only. */
const password = "canary-keyring-password";

const serviceName = "org.freedesktop.secrets";
const loginCollection = "/org/freedesktop/secrets/collection/login";

/** gnome-keyring behind the Secret Service of one session, with the login collection as its default. */
export type Keyring = {
  lock(): Promise<void>;
  unlock(): Promise<void>;
  answerPrompts(answer: PromptAnswer): Promise<Prompter>;
  stall(): void;
  resume(): void;
  stop(): Promise<void>;
};

/** Starts gnome-keyring with an unlocked login collection and returns when the Secret Service answers. */
export async function startKeyring(
  runtimeFolder: string,
  env: NodeJS.ProcessEnv,
  guard: Guard,
): Promise<Keyring> {
  const control = join(runtimeFolder, "keyring");
  await mkdir(control, { mode: 0o700 });
  const args = ["--foreground", "--unlock", "--components=secrets", `--control-directory=${control}`];
  const program = startProgram("gnome-keyring-daemon", args, { env, guard, input: password });
  program.child.stdout?.resume();
  await waitForName(serviceName, env);
  return {
    async lock() {
      const target = {
        destination: serviceName,
        path: "/org/freedesktop/secrets",
        method: "org.freedesktop.Secret.Service.Lock",
      };
      await callMethod(target, [`['${loginCollection}']`], env);
    },
    unlock: () => unlockThroughControlSocket(join(control, "control")),
    answerPrompts: (answer) => startPrompter(join(runtimeFolder, "bus"), { answer, password }),
    stall: () => void program.child.kill("SIGSTOP"),
    resume: () => void program.child.kill("SIGCONT"),
    stop: program.stop,
  };
}

/**
 * Unlocks the login collection as a login would: the Secret Service's own Unlock needs a person at a prompt.
 *
 * **Shape**: one zero byte, then big-endian 32-bit words: total length, operation, and each argument's length before its bytes; the answer is its length (8) and a result, 0 for done.
 *
 * @see https://gitlab.gnome.org/GNOME/gnome-keyring/-/blob/master/pam/gkr-pam-client.c
 */
async function unlockThroughControlSocket(path: string): Promise<void> {
  const operationUnlock = 1;
  const argument = Buffer.from(password);
  const header = Buffer.alloc(12);
  header.writeUInt32BE(header.length + argument.length, 0);
  header.writeUInt32BE(operationUnlock, 4);
  header.writeUInt32BE(argument.length, 8);
  const socket = connect(path);
  socket.write(Buffer.concat([Buffer.alloc(1), header, argument]));
  const bytes = await buffer(socket);
  if (bytes.length < 8 || bytes.readUInt32BE(4) !== 0)
    throw new Error("gnome-keyring refused to unlock the login keyring.");
}
