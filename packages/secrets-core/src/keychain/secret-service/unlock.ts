import { once } from "node:events";
import type { StorageReason } from "@latchkey/api-contracts/secrets";
import { sessionBusSocket } from "./bus-address.ts";
import { type BusCall, type BusConnection, connectToBus } from "./bus-connection.ts";
import { reasonOf } from "./bus-error.ts";
import { CompletedSignal, noPath, PathAnswer, UnlockAnswer } from "./wire.ts";

const destination = "org.freedesktop.secrets";
const bus = { destination: "org.freedesktop.DBus", path: "/org/freedesktop/DBus" } as const;
const service = { path: "/org/freedesktop/secrets", interface: "org.freedesktop.Secret.Service" } as const;

/**
 * Has the Secret Service ask the person to unlock the collection that new items go to, over a connection of its own.
 * What comes before the question ends within `deadlineMs`; the answer is waited for until `signal`. The question then
 * stays where it is, and may still be confirmed: gnome-keyring 42 ends when the asker dismisses one that is open.
 * Never rejects: `working` when nothing is locked any more, or why it is not so.
 *
 * @see https://specifications.freedesktop.org/secret-service-spec/latest/prompts.html
 */
export async function askToUnlock(
  { env, deadlineMs }: { env: () => NodeJS.ProcessEnv; deadlineMs: number },
  signal: AbortSignal,
): Promise<StorageReason> {
  const socket = sessionBusSocket(env());
  if (socket === undefined) return "no-session-bus";
  const soon = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  let connection: BusConnection | undefined;
  const giveUp = () => connection?.close();
  soon.addEventListener("abort", giveUp);
  try {
    connection = await connectToBus(socket, soon);
    const question = await openQuestion(connection);
    if (typeof question === "string") return question;
    soon.removeEventListener("abort", giveUp);
    const stopped = once(signal, "abort").then((): StorageReason => "locked");
    return signal.aborted ? "locked" : await Promise.race([question.answer, stopped]);
  } catch (error) {
    if (signal.aborted) return "locked";
    return soon.aborted ? "not-answering" : reasonOf(error);
  } finally {
    soon.removeEventListener("abort", giveUp);
    connection?.close();
  }
}

/** Puts the question and gives the answer to come; a reason when there is nothing to ask. */
async function openQuestion(
  connection: BusConnection,
): Promise<StorageReason | { answer: Promise<StorageReason> }> {
  const call = (options: Omit<BusCall, "destination">) => connection.call({ destination, ...options });
  const alias = await call({ ...service, member: "ReadAlias", signature: "s", args: ["default"] });
  const [collection] = PathAnswer.parse(alias);
  if (collection === noPath) return "no-default-collection";
  const asked = await call({ ...service, member: "Unlock", signature: "ao", args: [[collection]] });
  const [, prompt] = UnlockAnswer.parse(asked);
  if (prompt === noPath) return "working";

  const watch = (rule: string) =>
    connection.call({ ...bus, interface: bus.destination, member: "AddMatch", signature: "s", args: [rule] });
  await Promise.all([
    watch(`type='signal',sender='${destination}',member='Completed',path='${prompt}'`),
    watch(`type='signal',sender='${bus.destination}',member='NameOwnerChanged',arg0='${destination}'`),
  ]);
  const answer = new Promise<StorageReason>((resolve) => {
    connection.onSignal((member, body) => {
      if (member === "NameOwnerChanged") resolve("no-secret-service");
      if (member !== "Completed") return;
      const completed = CompletedSignal.safeParse(body);
      if (completed.success) resolve(completed.data[0] ? "prompt-dismissed" : "working");
    });
  });
  // The prompt belongs to no window that the service could know.
  const question = { path: prompt, interface: "org.freedesktop.Secret.Prompt" };
  await call({ ...question, member: "Prompt", signature: "s", args: [""] });
  return { answer };
}
