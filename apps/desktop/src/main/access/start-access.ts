import { join } from "node:path";
import type { ExtensionConnection } from "@latchkey/api-contracts/extensions";
import type { ProviderId } from "@latchkey/api-contracts/ids";
import { areas } from "@latchkey/api-contracts/ipc";
import {
  type Access,
  type ConnectionLookup,
  openAccess,
  type ProviderRegistry,
  type SecretReader,
} from "@latchkey/connections";
import type { Host } from "@latchkey/host";
import { systemClock } from "@latchkey/supervisor";
import { app, type BrowserWindow } from "electron";
import { createConsentWindow } from "../consent/consent-window.ts";
import type { ExtensionHost } from "../extensions/extension-host.ts";
import { extensionsHandlers, openExtensions } from "../extensions/open-extensions.ts";
import { bindIpc, type WindowBinding } from "../ipc/bind-ipc.ts";
import { deferHandlers } from "../ipc/defer-handlers.ts";
import { translatorFor } from "../translator.ts";

export interface AccessParts extends AsyncDisposable {
  readonly access: Access;
  readonly extensions: ExtensionHost;
}

/** Who may use what, as the app runs it: consent with its window, the broker, and the extensions that ask. */
export function startAccess(options: {
  readonly host: Promise<Host>;
  readonly dataFolder: string;
  readonly providers: ProviderRegistry;
  readonly connections: ConnectionLookup & SecretReader;
  readonly listConnections: (providerIds: readonly ProviderId[]) => Promise<readonly ExtensionConnection[]>;
  readonly mainWindow: () => BrowserWindow | undefined;
  readonly binding: WindowBinding;
}): Promise<AccessParts> {
  const { binding } = options;
  const opening = openParts(options, {
    onWaiting: (waiting) => sendConsentEvent("changed", { waiting }),
    onExtensions: () => sendExtensionsEvent("changed", {}),
  });
  const sendConsentEvent = bindIpc({
    ...binding,
    area: areas.consent,
    handlers: deferHandlers(
      areas.consent,
      opening.then(({ access }) => access.consentHandlers),
    ),
  });
  const sendExtensionsEvent = bindIpc({
    ...binding,
    area: areas.extensions,
    handlers: deferHandlers(
      areas.extensions,
      opening.then(({ extensions }) => extensionsHandlers(extensions)),
    ),
  });
  return opening;
}

async function openParts(
  options: Parameters<typeof startAccess>[0],
  tell: { onWaiting: (waiting: number) => void; onExtensions: () => void },
): Promise<AccessParts> {
  const { dataFolder, providers, connections, listConnections, mainWindow, binding } = options;
  const { audit, log } = await options.host;
  const window = createConsentWindow({
    mainWindow,
    handlers: () => access.promptHandlers,
    t: translatorFor(app.getLocale()),
    onUnexpected: binding.onUnexpected,
  });
  const access = await openAccess({
    path: join(dataFolder, "consents.json"),
    connections,
    secrets: connections,
    requesters: { find: async (requesterId) => extensions.find(requesterId) },
    window,
    append: (entry) => audit.append(entry),
    clock: systemClock,
    onTrouble: (err) => log.warn({ err }),
  });
  access.subscribe((waiting) => {
    window.changed(Math.max(0, waiting - 1));
    tell.onWaiting(waiting);
  });
  const extensions = openExtensions({
    dataFolder,
    access,
    providers,
    listConnections,
    onChanged: tell.onExtensions,
    onUnexpected: binding.onUnexpected,
  });
  return {
    access,
    extensions,
    async [Symbol.asyncDispose]() {
      extensions[Symbol.dispose]();
      await access[Symbol.asyncDispose]();
    },
  };
}
