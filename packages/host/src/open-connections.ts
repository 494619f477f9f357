import { AppError } from "@latchkey/api-contracts/errors";
import type { ConnectionId, ProviderId } from "@latchkey/api-contracts/ids";
import {
  type ConnectionStore,
  createLlmConfigs,
  createProviderRegistry,
  createUsableConnections,
  type Delivery,
  type LlmConfigs,
  openConnectionStore,
  type ProviderRegistry,
  type UsableConnections,
} from "@latchkey/connections";
import type { EnvSnapshot, OnAudit, SecretStore } from "@latchkey/secrets-core";
import type { Folders } from "./folders.ts";
import { storeNames } from "./open-store.ts";
import { openSettings } from "./settings.ts";

/** The connections, opened. */
export type OpenedConnections = Readonly<{
  store: ConnectionStore;
  llmConfigs: LlmConfigs;
  /** For whoever uses a connection: the broker, and tests of what is saved. */
  usable: UsableConnections;
}>;

/** The connections of the app and the command line. */
export interface HostConnections {
  readonly providers: ProviderRegistry;
  /** @throws `connections.off` when the feature is turned off, as `openConnectionStore` */
  open(): Promise<OpenedConnections>;
  /** Opens the workspace of a folder, or closes it, and keeps that for the next start. @throws as `open` */
  openWorkspace(folder: string | null): Promise<void>;
  /**
   * Makes of what is stored what the server gets: without what the broker alone uses, with aliases. While the connections
   * cannot be read, what was known last holds.
   *
   * @throws as `open`, when nothing is known and the feature is on: then nothing may be handed over
   */
  shape(stored: EnvSnapshot): Promise<EnvSnapshot>;
}

export function openHostConnections(options: {
  folders: Folders;
  secrets: SecretStore;
  onAudit: OnAudit;
  onChanged: (ids: readonly ConnectionId[]) => void;
  onProvidersChanged: (ids: readonly ProviderId[]) => void;
  onError: (error: unknown) => void;
}): HostConnections {
  const { folders, secrets, onAudit, onChanged, onProvidersChanged, onError } = options;
  const providers = createProviderRegistry();
  providers.subscribe(onProvidersChanged);
  const settings = openSettings(folders.config);
  let opening: Promise<OpenedConnections> | undefined;
  /** What was read last. */
  let delivery: Delivery | undefined;

  async function openAll(): Promise<OpenedConnections> {
    const { features, workspace } = await settings.read();
    if (!features.connections) throw new AppError("connections.off", { field: "connections" });
    const { appId } = storeNames;
    const store = await openConnectionStore({ folder: folders.data, appId, secrets, providers, onAudit });
    store.openWorkspace(workspace);
    store.subscribe(onChanged);
    return {
      store,
      llmConfigs: createLlmConfigs(store, providers),
      usable: createUsableConnections({ store, providers, secrets }),
    };
  }

  function open(): Promise<OpenedConnections> {
    const current = (opening ??= openAll());
    // What failed is tried anew at the next call.
    current.catch(() => (opening = undefined));
    return current;
  }

  return {
    providers,
    open,
    async openWorkspace(folder) {
      const { store } = await open();
      await settings.update({ workspace: folder });
      store.openWorkspace(folder);
    },
    async shape(stored) {
      try {
        delivery = await (await open()).store.delivery();
      } catch (error) {
        if (error instanceof AppError && error.code === "connections.off") return stored;
        // Unreadable is not empty: what nobody can tell apart is not handed over.
        if (!delivery) throw error;
        onError(error);
      }
      const shaped = stored.without(delivery.withheld);
      try {
        return shaped.withAliases(delivery.aliases);
      } catch (error) {
        // An alias that meets another variable must not keep the server from starting.
        onError(error);
        return shaped;
      }
    },
  };
}
