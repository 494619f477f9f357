import { once } from "node:events";
import { connect, isIP, type Socket } from "node:net";
import type { CheckContext } from "./check.ts";

/** Looks the host up and connects to it: the steps `dns`, unless it is an address, and `connect`. */
export async function openSocket(
  { host, port }: { host: string; port: number },
  context: CheckContext,
): Promise<Socket> {
  context.begin(isIP(host) ? "connect" : "dns");
  const socket = connect({ host, port });
  context.onEnd(() => socket.destroy());
  socket.once("lookup", (error) => {
    if (!error) context.begin("connect");
  });
  await once(socket, "connect");
  // Whoever takes the socket over adds its own listener; an error in between must not end the process.
  socket.on("error", () => undefined);
  return socket;
}
