import { join } from "node:path";
import type { AreaHandlers } from "@latchkey/api-contracts/area";
import type { extensions } from "@latchkey/api-contracts/extensions";
import { app } from "electron";
import { openBlockList } from "./blocked-extensions.ts";
import { type ExtensionHost, type ExtensionHostOptions, openExtensionHost } from "./extension-host.ts";
import { openExtensionWindow } from "./extension-window.ts";
import { findExtensions } from "./find-extensions.ts";

/** Opens the host in the app and starts what is found, each by itself; none keeps the others back. */
export function openExtensions(
  options: Omit<ExtensionHostOptions, "open" | "blocked"> & { readonly dataFolder: string },
): ExtensionHost {
  const list = join(options.dataFolder, "blocked-extensions.json");
  const blocked = openBlockList(list, (error) => {
    void options.onUnexpected(list, error);
    return undefined;
  });
  const host = openExtensionHost({ ...options, open: openExtensionWindow, blocked });
  const folder = join(options.dataFolder, "extensions");
  findExtensions({ folder, env: process.env, isPackaged: app.isPackaged })
    .then((found) => Promise.all(found.map((extension) => host.add(extension))))
    .catch((error: unknown) => options.onUnexpected(folder, error));
  return host;
}

/** The area `extensions`. */
export function extensionsHandlers(host: ExtensionHost): AreaHandlers<typeof extensions> {
  return {
    list: () => ({ extensions: host.list() }),
    async start({ id }) {
      await host.start(id);
      return {};
    },
    stop({ id }) {
      host.stop(id);
      return {};
    },
  };
}
