import type { Connection } from "@latchkey/api-contracts/connections";
import { AppError, type ErrorCode } from "@latchkey/api-contracts/errors";
import { isSecretField } from "@latchkey/api-contracts/fields";
import type { ConnectionId, ProviderId } from "@latchkey/api-contracts/ids";
import type { LlmConfig } from "@latchkey/api-contracts/llm-configs";
import type { FieldName, FieldValue, ProviderDefinition } from "@latchkey/api-contracts/providers";
import type { ProviderRegistry } from "../providers/registry.ts";
import type { NewSecrets } from "./check-input.ts";
import type { ConnectionStore, Seen } from "./connection-store.ts";

type Fields = Readonly<Record<FieldName, FieldValue>>;

/** The connections to language models, as one typed list. The same objects as the store's: no key comes out. */
export interface LlmConfigs {
  list(): Promise<LlmConfig[]>;
  /** Metadata and key as one. @throws as `ConnectionStore.create`, `providers.absent` for one without models */
  create(wanted: {
    providerId: ProviderId;
    displayName: string;
    fields: Fields;
    apiKey?: string | undefined;
    isDefault: boolean;
  }): Promise<{ config: LlmConfig; refusal: ErrorCode | null }>;
  /** Metadata and key as one. @throws as `ConnectionStore.update` */
  update(
    seen: Seen,
    wanted: { displayName?: string | undefined; fields?: Fields | undefined; apiKey?: string | undefined },
  ): Promise<LlmConfig>;
  /** @throws as `ConnectionStore.remove` */
  remove(seen: Seen, options?: { alsoInUse?: boolean }): Promise<void>;
  /** @throws `connections.absent` */
  setDefault(id: ConnectionId | null): Promise<void>;
}

/** The typed view over the connections of kind `llm`. */
export function createLlmConfigs(
  store: ConnectionStore,
  providers: Pick<ProviderRegistry, "find">,
): LlmConfigs {
  function llmOf(providerId: ProviderId): ProviderDefinition {
    const definition = providers.find(providerId);
    if (definition?.namespace !== "llm") throw new AppError("providers.absent", { providerId });
    return definition;
  }

  async function configOf(connection: Connection): Promise<LlmConfig> {
    return viewOf(connection, providers.find(connection.providerId), await store.defaultLlm());
  }

  /** @throws `connections.absent` for a connection of another kind */
  async function requireLlm({ id }: Seen): Promise<ProviderDefinition> {
    const { providerId } = await store.get(id);
    const definition = providers.find(providerId);
    if (definition?.namespace !== "llm") throw new AppError("connections.absent");
    return definition;
  }

  return {
    async list() {
      const [{ connections }, defaultId] = await Promise.all([store.list(), store.defaultLlm()]);
      return connections.flatMap((connection) => {
        const definition = providers.find(connection.providerId);
        return definition?.namespace === "llm" ? [viewOf(connection, definition, defaultId)] : [];
      });
    },
    async create({ apiKey, isDefault, ...wanted }) {
      const secrets = secretsOf(llmOf(wanted.providerId), apiKey);
      const { connection, refusal } = await store.create({ ...wanted, scope: "user", secrets, aliases: [] });
      if (isDefault) await store.setDefaultLlm(connection.id);
      return { config: await configOf(connection), refusal };
    },
    async update(seen, { apiKey, ...wanted }) {
      const secrets = secretsOf(await requireLlm(seen), apiKey);
      return configOf(await store.update(seen, { ...wanted, secrets }));
    },
    async remove(seen, options) {
      await requireLlm(seen);
      await store.remove(seen, options);
    },
    async setDefault(id) {
      await store.setDefaultLlm(id);
    },
  };
}

/** @throws `connections.invalid-field` when the provider takes no key */
function secretsOf(definition: ProviderDefinition, apiKey: string | undefined): NewSecrets {
  if (apiKey === undefined) return {};
  const field = keyField(definition);
  if (!field) throw new AppError("connections.invalid-field", { field: "apiKey", rule: "unknown-field" });
  return { [field]: apiKey };
}

function keyField(definition: ProviderDefinition | undefined): FieldName | undefined {
  return definition?.fields.find(isSecretField)?.name;
}

function viewOf(
  connection: Connection,
  definition: ProviderDefinition | undefined,
  defaultId: ConnectionId | null,
): LlmConfig {
  const { id, slug, providerId, displayName, fields, secrets, state, createdAt, updatedAt, revision } =
    connection;
  const field = keyField(definition);
  return {
    id,
    configId: slug,
    providerId,
    displayName,
    fields,
    key: (field && secrets[field]) ?? null,
    state,
    isDefault: id === defaultId,
    createdAt,
    updatedAt,
    revision,
  };
}
