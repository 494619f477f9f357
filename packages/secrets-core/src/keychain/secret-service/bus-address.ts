import { join } from "node:path";

/**
 * The socket of the session bus, or `undefined` when the environment names none. Never starts a bus, and never asks
 * an X display for one.
 *
 * @see https://dbus.freedesktop.org/doc/dbus-specification.html#addresses
 */
export function sessionBusSocket(env: NodeJS.ProcessEnv): string | undefined {
  const address = env["DBUS_SESSION_BUS_ADDRESS"];
  if (address)
    return address
      .split(";")
      .map(socketOf)
      .find((socket) => socket !== undefined);
  const runtimeFolder = env["XDG_RUNTIME_DIR"];
  return runtimeFolder ? join(runtimeFolder, "bus") : undefined;
}

function socketOf(address: string): string | undefined {
  const [, transport, parameters] = /^([a-z]+):(.*)$/.exec(address) ?? [];
  if (transport !== "unix" || parameters === undefined) return undefined;
  const named = new Map(
    parameters.split(",").map((pair): [string, string] => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), unescape(pair.slice(at + 1))];
    }),
  );
  const abstract = named.get("abstract");
  return named.get("path") ?? (abstract === undefined ? undefined : `\0${abstract}`);
}

/** In an address `%` and two hexadecimal digits stand for one byte. */
function unescape(text: string): string {
  const bytes = text.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
  return bytes === text ? text : Buffer.from(bytes, "latin1").toString();
}
