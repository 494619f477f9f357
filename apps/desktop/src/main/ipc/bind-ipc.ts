import { type Area, type AreaHandlers, channelOf } from "@latchkey/api-contracts/area";
import { AppError, toErrorData } from "@latchkey/api-contracts/errors";
import type { IpcReply } from "@latchkey/api-contracts/ipc";
import { parseAs } from "@latchkey/api-contracts/parse";
import { type IpcMain, ipcMain, type WebContents, type WebFrameMain } from "electron";
import type * as z from "zod";

/** Sends the events of an area to the windows that may hear them. */
export type SendEvent<A extends Area> = <E extends keyof A["events"] & string>(
  event: E,
  payload: z.input<A["events"][E]>,
) => void;

export interface IpcBinding<A extends Area> extends WindowBinding {
  readonly area: A;
  readonly handlers: AreaHandlers<A>;
  /** The channels of one window, for an area that no other window may reach. Default those of all windows. */
  readonly channels?: Pick<IpcMain, "handle">;
}

/** What all areas of one window have in common. */
export interface WindowBinding {
  /** Whether a frame is the main frame of a window of ours. */
  readonly isTrusted: (frame: WebFrameMain | null) => boolean;
  readonly listeners: () => readonly WebContents[];
  /** Is told of errors that are not of the table, because the window sees only their code. */
  readonly onUnexpected: (channel: string, error: unknown) => Promise<void>;
}

/**
 * Binds an area to IPC: trusted sender, parsed request, handler, parsed response, errors as data.
 * The only user of `ipcMain`.
 */
export function bindIpc<const A extends Area>(binding: IpcBinding<A>): SendEvent<A> {
  const { area, handlers, channels = ipcMain, isTrusted, listeners, onUnexpected } = binding;
  for (const [verb, call] of Object.entries(area.calls)) {
    const channel = channelOf(area, verb);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the request is parsed by the schema it comes with
    const handler = handlers[verb as keyof A["calls"]] as (request: unknown) => unknown;
    channels.handle(channel, async (event, request: unknown): Promise<IpcReply> => {
      try {
        if (!isTrusted(event.senderFrame)) throw new AppError("request.untrusted-sender");
        const response = await handler(parseAs(call.request, request ?? {}));
        return { ok: true, data: call.response.parse(response) };
      } catch (error) {
        if (!(error instanceof AppError)) await onUnexpected(channel, error);
        return { ok: false, error: toErrorData(error) };
      }
    });
  }
  return (event, payload) => {
    const schema = area.events[event];
    if (!schema) throw new TypeError(`${area.name} has no event ${event}`);
    const data: unknown = schema.parse(payload);
    for (const contents of listeners()) contents.send(channelOf(area, event), data);
  };
}
