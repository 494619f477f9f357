import { join } from "node:path";
import { AppError } from "@latchkey/api-contracts/errors";
import type { ConnectionId, ProviderId, RequesterId } from "@latchkey/api-contracts/ids";
import { areas } from "@latchkey/api-contracts/ipc";
import {
  type Access,
  type ConnectionStore,
  createConnectionTest,
  findTool,
  openAccess,
  type Requester,
  type TestConnection,
  type ToolAccess,
} from "@latchkey/connections";
import type { Folders, Host } from "@latchkey/host";
import { systemClock } from "@latchkey/supervisor";
import { app, type BrowserWindow, type WebContents } from "electron";
import { localeOf } from "../../locales/index.ts";
import { createConsentWindow } from "../consent/consent-window.ts";
import type { ExtensionHost } from "../extensions/extension-host.ts";
import { extensionsHandlers, openExtensions } from "../extensions/open-extensions.ts";
import { bindIpc, type WindowBinding } from "../ipc/bind-ipc.ts";
import { deferHandlers } from "../ipc/defer-handlers.ts";
import { translatorFor } from "../translator.ts";
import { asShown } from "./as-shown.ts";
import { type RequestFromWindow, windowRequester } from "./window-requester.ts";

/** What it takes to run access in the app. */
interface AccessSetting {
  readonly host: Promise<Host>;
  readonly folders: Folders;
  readonly mainWindow: () => BrowserWindow | undefined;
  readonly binding: WindowBinding;
}

/** What the rest of the app needs of it. */
interface StartedAccess extends AsyncDisposable {
  readonly testConnection: TestConnection;
  readonly requestFromWindow: RequestFromWindow;
  readonly toolAccess: ToolAccess;
}

interface AccessParts extends StartedAccess {
  readonly access: Access;
  readonly extensions: ExtensionHost;
}

/**
 * Who may use what, as the app runs it: consent with its window, the broker, and the extensions that ask. With the
 * connections turned off there is nothing to ask for, and no extension runs.
 */
export function startAccess(setting: AccessSetting): StartedAccess {
  const { host, binding } = setting;
  const opening = openParts(setting, {
    onWaiting: (waiting) => sendConsentEvent("changed", { waiting }),
    onExtensions: () => sendExtensionsEvent("changed", {}),
  });
  opening.catch(async (error: unknown) => {
    const isOff = error instanceof AppError && error.code === "connections.off";
    if (!isOff) (await host).log.error({ err: error });
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
  return {
    testConnection: async (target, signal) => (await opening).testConnection(target, signal),
    requestFromWindow: async (request) => (await opening).requestFromWindow(request),
    toolAccess: {
      listConnections: async (providerIds) => (await opening).toolAccess.listConnections(providerIds),
      requestAccess: async (...request) => (await opening).toolAccess.requestAccess(...request),
      fetch: async (...request) => (await opening).toolAccess.fetch(...request),
      requesterStopped: (requesterId) =>
        void opening.then(({ access }) => access.requesterStopped(requesterId)).catch(() => undefined),
    },
    async [Symbol.asyncDispose]() {
      const parts = await opening.catch(() => undefined);
      await parts?.[Symbol.asyncDispose]();
    },
  };
}

async function openParts(
  { host, folders, mainWindow, binding }: AccessSetting,
  tell: { onWaiting: (waiting: number) => void; onExtensions: () => void },
): Promise<AccessParts> {
  const opened = await host;
  const { audit, log, connections } = opened;
  const { providers } = connections;
  const { store, usable } = await connections.open();
  const window = createConsentWindow({
    mainWindow,
    handlers: () => access.promptHandlers,
    t: translatorFor(app.getLocale()),
    onUnexpected: binding.onUnexpected,
  });
  const access = await openAccess({
    path: join(folders.data, "consents.json"),
    connections: asShown(usable, providers, localeOf(app.getLocale())),
    secrets: usable,
    requesters: { find: async (requesterId) => findRequester(requesterId, extensions) },
    window,
    append: (entry) => audit.append(entry),
    clock: systemClock,
    onTrouble: (err) => log.warn({ err }),
  });
  access.subscribe((waiting) => {
    window.changed(Math.max(0, waiting - 1));
    tell.onWaiting(waiting);
  });
  async function listConnections(providerIds: readonly ProviderId[]) {
    const all = await store.list();
    return all.connections
      .filter(({ providerId }) => providerIds.includes(providerId))
      .map(({ id, providerId, displayName }) => ({ id, providerId, displayName }));
  }
  const extensions = openExtensions({
    dataFolder: folders.data,
    access,
    providers,
    listConnections,
    record: (entry) => void audit.append(entry).catch((err: unknown) => log.warn({ err })),
    onChanged: tell.onExtensions,
    onUnexpected: binding.onUnexpected,
  });
  // What a page was given ends with it; the next one asks anew.
  const onPageGone = (_event: unknown, contents: WebContents) => {
    if (contents === mainWindow()?.webContents) access.requesterStopped(windowRequester.requesterId);
  };
  app.on("render-process-gone", onPageGone);
  const stopWatching = store.subscribe((ids) => {
    extensions.connectionsChanged();
    void forgetRemoved(ids, store, access).catch((err: unknown) => log.warn({ err }));
  });
  return {
    access,
    extensions,
    requestFromWindow: (request) =>
      access.requestAccess({ ...request, requesterId: windowRequester.requesterId }),
    toolAccess: { ...access, listConnections },
    testConnection: createConnectionTest({
      providers,
      usable,
      secrets: opened.store,
      append: (entry) => audit.append(entry),
      testHttp: access.testHttp,
      runCheck: (check, signal) => opened.runCheck(check, signal),
      runDraftCheck: (check, env, signal) => opened.runDraftCheck(check, env, signal),
    }),
    async [Symbol.asyncDispose]() {
      stopWatching();
      app.off("render-process-gone", onPageGone);
      await extensions[Symbol.asyncDispose]();
      await access[Symbol.asyncDispose]();
    },
  };
}

function findRequester(requesterId: RequesterId, extensions: ExtensionHost): Requester | undefined {
  if (requesterId === windowRequester.requesterId) return windowRequester;
  return findTool(requesterId) ?? extensions.find(requesterId);
}

/** The decisions about a connection go with it; one that is off keeps them. */
async function forgetRemoved(
  ids: readonly ConnectionId[],
  store: ConnectionStore,
  access: Access,
): Promise<void> {
  const all = await store.list();
  const isThere = new Set(all.connections.map(({ id }) => id));
  for (const id of ids) if (!isThere.has(id)) await access.connectionRemoved(id);
}
