import { createCipheriv, createDiffieHellmanGroup, hkdfSync, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createConnection, type Socket } from "node:net";
import { createClient } from "@homebridge/dbus-native";

/** What the person in front of the keyring's question does; `wait` leaves it on the screen. */
export type PromptAnswer = "confirm" | "dismiss" | "wait";

/** The next question of the keyring on its way over the screen. */
export type Prompter = {
  /** Resolves when the question is put. */
  asked: Promise<void>;
  /** Answers a question that was left on the screen. */
  answer(answer: Exclude<PromptAnswer, "wait">): void;
  /** Resolves when the question has left the screen. */
  closed: Promise<void>;
};

/** What the library has and its own types leave out. */
declare module "@homebridge/dbus-native" {
  export function createClient(options: { stream: Socket; authMethods: string[] }): MessageBus;
  interface MessageBus {
    requestName(name: string, flags: number, done: (error: unknown) => void): void;
    setMethodCallHandler(
      path: string,
      owner: string,
      member: string,
      handler: [handler: (...values: unknown[]) => void, answerSignature: string],
    ): void;
  }
}

const path = "/org/gnome/keyring/Prompter";
const prompter = "org.gnome.keyring.internal.Prompter";
const replaceOwner = 2;
const allowReplacement = 1;

/**
 * A fake of the desktop's prompter and the person before it: gnome-keyring puts its questions to it as it would to the
 * dialogue of a desktop, which cannot be clicked here. Another one on the same bus takes its place.
 *
 * @see https://gitlab.gnome.org/GNOME/gcr/-/blob/main/gcr/org.gnome.keyring.Prompter.xml
 */
export async function startPrompter(
  socketPath: string,
  { answer, password }: { answer: PromptAnswer; password: string },
): Promise<Prompter> {
  const stream = createConnection(socketPath);
  await once(stream, "connect");
  const bus = createClient({ stream, authMethods: ["EXTERNAL"] });
  bus.connection.on("error", () => stream.destroy());
  stream.unref();

  const steps = new EventTarget();
  const step = (name: string) =>
    new Promise<void>((resolve) => steps.addEventListener(name, () => resolve(), { once: true }));
  const [asked, closed] = [step("asked"), step("closed")];
  let onScreen: ((given: PromptAnswer) => void) | undefined;

  /** Calls the asker back, after the answer to its own call. */
  function tell(destination: string, callback: string, member: string, body: readonly unknown[] = []): void {
    const message = { destination, path: callback, interface: `${prompter}.Callback`, member };
    const content = body.length > 0 ? { signature: "sa{sv}s", body } : {};
    setImmediate(() => bus.invoke({ ...message, ...content }, () => undefined));
  }
  function on(member: string, act: (asker: string, callback: string, values: readonly unknown[]) => void) {
    const handle = (...values: unknown[]) => act(senderOf(values.at(-1)), String(values[0]), values);
    bus.setMethodCallHandler(path, prompter, member, [handle, ""]);
  }

  on("BeginPrompting", (asker, callback) => tell(asker, callback, "PromptReady", ["", [], ""]));
  on("PerformPrompt", (asker, callback, [, , , exchange]) => {
    onScreen = (given) => {
      if (given === "dismiss") tell(asker, callback, "PromptReady", ["no", [], ""]);
      if (given !== "confirm") return;
      tell(asker, callback, "PromptReady", ["yes", [], sealAnswer(String(exchange), password)]);
    };
    steps.dispatchEvent(new Event("asked"));
    onScreen(answer);
  });
  on("StopPrompting", (asker, callback) => {
    steps.dispatchEvent(new Event("closed"));
    tell(asker, callback, "PromptDone");
  });
  await new Promise<void>((resolve, reject) => {
    bus.requestName("org.gnome.keyring.SystemPrompter", allowReplacement | replaceOwner, (error) =>
      error ? reject(new Error("The bus refused the prompter's name.")) : resolve(),
    );
  });
  return { asked, closed, answer: (given) => onScreen?.(given) };
}

function senderOf(message: unknown): string {
  return typeof message === "object" && message && "sender" in message ? String(message.sender) : "";
}

/**
 * The password, sealed for the asker as the prompter's protocol wants it.
 *
 * @see https://gitlab.gnome.org/GNOME/gcr/-/blob/main/gcr/gcr-secret-exchange.c
 */
function sealAnswer(exchange: string, password: string): string {
  const theirs = Buffer.from(/^public=(\S+)$/m.exec(exchange)?.[1] ?? "", "base64");
  const agreement = createDiffieHellmanGroup("modp5");
  const ours = agreement.generateKeys();
  const key = Buffer.from(hkdfSync("sha256", agreement.computeSecret(theirs), "", "", 16));
  const iv = randomBytes(16);
  const cipher = createCipheriv("aes-128-cbc", key, iv);
  const sealed = Buffer.concat([cipher.update(password), cipher.final()]);
  const lines = [`public=${ours.toString("base64")}`, `secret=${sealed.toString("base64")}`];
  return ["[sx-aes-1]", ...lines, `iv=${iv.toString("base64")}`, ""].join("\n");
}
