import { type Area, channelOf } from "@latchkey/api-contracts/area";
import { IpcReply } from "@latchkey/api-contracts/ipc";
import { ipcRenderer } from "electron";

async function call(channel: string, request: unknown): Promise<unknown> {
  const reply = IpcReply.parse(await ipcRenderer.invoke(channel, request));
  if (reply.ok) return reply.data;
  throw reply.error;
}

// Listeners get the payload alone: the event of Electron would hand them the sender.
function subscribe(channel: string, listener: (payload: unknown) => void): () => void {
  const forward = (_event: unknown, payload: unknown) => listener(payload);
  ipcRenderer.on(channel, forward);
  return () => void ipcRenderer.off(channel, forward);
}

/** The functions of an area, as the page gets them; they reject with `ErrorData`. */
export function clientOf(area: Area): Record<string, unknown> {
  const calls = Object.keys(area.calls).map((verb) => {
    const channel = channelOf(area, verb);
    return [verb, (request: unknown = {}) => call(channel, request)];
  });
  const events = Object.keys(area.events).map((event) => {
    const channel = channelOf(area, event);
    const name = `on${event.charAt(0).toUpperCase()}${event.slice(1)}`;
    return [name, (listener: (payload: unknown) => void) => subscribe(channel, listener)];
  });
  return Object.fromEntries([...calls, ...events]);
}
