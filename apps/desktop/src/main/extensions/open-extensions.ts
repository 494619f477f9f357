import { join } from "node:path";
import type { AreaHandlers } from "@latchkey/api-contracts/area";
import type { extensions } from "@latchkey/api-contracts/extensions";
import { app } from "electron";
import { type ExtensionHost, type ExtensionHostOptions, openExtensionHost } from "./extension-host.ts";
import { openExtensionWindow } from "./extension-window.ts";
import { findExtensions } from "./find-extensions.ts";

/** Opens the host in the app, and starts what is found; one that cannot start does not keep the others back. */
export async function openExtensions(
  options: Omit<ExtensionHostOptions, "open"> & { readonly dataFolder: string },
): Promise<ExtensionHost> {
  const host = openExtensionHost({ ...options, open: openExtensionWindow });
  const folder = join(options.dataFolder, "extensions");
  const found = await findExtensions({ folder, env: process.env, isPackaged: app.isPackaged });
  await Promise.all(found.map((extension) => host.add(extension)));
  return host;
}

/** The area `extensions`. */
export function extensionsHandlers(host: Promise<ExtensionHost>): AreaHandlers<typeof extensions> {
  return {
    list: async () => ({ extensions: (await host).list() }),
    async start({ id }) {
      await (await host).start(id);
      return {};
    },
    async stop({ id }) {
      (await host).stop(id);
      return {};
    },
  };
}
