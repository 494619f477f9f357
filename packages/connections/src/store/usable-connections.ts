import type { ConnectionScope } from "@latchkey/api-contracts/connections";
import { AppError } from "@latchkey/api-contracts/errors";
import { isSecretField, shownFields, withDefaults } from "@latchkey/api-contracts/fields";
import type { ConnectionId, ProviderId, SecretKey } from "@latchkey/api-contracts/ids";
import type {
  FieldName,
  FieldValue,
  HttpAccess,
  ProviderDefinition,
} from "@latchkey/api-contracts/providers";
import type { SecretStore } from "@latchkey/secrets-core";
import { credentialOf } from "../providers/credential.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import type { ConnectionStore } from "./connection-store.ts";

/** A connection as its user sees it: what the provider declares, its values, and the names of its secrets. */
export type UsableConnection = Readonly<{
  connectionId: ConnectionId;
  displayName: string;
  providerId: ProviderId;
  providerTitle: string;
  scope: ConnectionScope;
  /** With the credential that the connection's values choose. */
  http?: HttpAccess;
  /** With the defaults of the fields that have none. */
  values: Readonly<Record<string, FieldValue>>;
  /** Those that have a secret. */
  secretFields: readonly Readonly<{ name: FieldName; title: string; key: SecretKey }>[];
}>;

/** Finds connections to use, and lends their secrets one by one. Everything is looked up anew at each call. */
export interface UsableConnections {
  /** `undefined` for one that is off, unconfirmed, a draft, or whose provider is not there. */
  find(id: ConnectionId): Promise<UsableConnection | undefined>;
  /**
   * @param run gets the bytes, UTF-8 of the value; they are overwritten when it has ended
   * @throws `connections.absent` when there is no such secret to use; as `SecretStore.get`
   */
  use<T>(id: ConnectionId, field: FieldName, run: (value: Uint8Array) => Promise<T>): Promise<T>;
}

export function createUsableConnections(options: {
  store: Pick<ConnectionStore, "find">;
  providers: Pick<ProviderRegistry, "find">;
  secrets: Pick<SecretStore, "secret" | "keys">;
}): UsableConnections {
  const { store, providers, secrets } = options;
  return {
    async find(id) {
      const found = await store.find(id);
      const definition = found && providers.find(found.record.providerId);
      if (!found || !definition) return undefined;
      const { record, scope } = found;
      const stored = new Set(await secrets.keys());
      const shown = shownFields(definition, record.fields).filter(isSecretField);
      const has = (name: FieldName) => {
        const key = record.secrets[name];
        return key !== undefined && stored.has(key);
      };
      if (shown.some(({ name, required }) => required && !has(name))) return undefined;
      const http = httpOf(definition, record.fields, has);
      return {
        connectionId: record.id,
        displayName: record.displayName,
        providerId: record.providerId,
        providerTitle: definition.title,
        scope,
        ...(http && { http }),
        values: withDefaults(definition, record.fields),
        secretFields: shown.flatMap(({ name, title }) => {
          const key = record.secrets[name];
          return key && stored.has(key) ? [{ name, title, key }] : [];
        }),
      };
    },
    async use(id, field, run) {
      const key = (await store.find(id))?.record.secrets[field];
      const secret = key && (await secrets.secret(key));
      if (!secret) throw new AppError("connections.absent");
      using lent = secret;
      return await lent.use(run);
    },
  };
}

/**
 * A choice of credentials is settled by the values, so that whoever sends knows one way only; without its secret, which
 * then is an optional one, there is none.
 */
export function httpOf(
  definition: ProviderDefinition,
  values: Readonly<Record<string, FieldValue>>,
  has: (field: FieldName) => boolean,
): HttpAccess | undefined {
  const credential = credentialOf(definition, values);
  const isBare = credential.type !== "none" && !has(credential.field);
  return definition.http && { ...definition.http, credential: isBare ? { type: "none" } : credential };
}
