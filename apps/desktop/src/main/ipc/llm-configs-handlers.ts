import type { AreaHandlers } from "@latchkey/api-contracts/area";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import type { LlmConfig, llmConfigs } from "@latchkey/api-contracts/llm-configs";
import type { Host } from "@latchkey/host";

/** The area `llm-configs`: the same objects as the connections', with their one key. */
export function llmConfigsHandlers(options: {
  host: Promise<Host>;
  onSecretsChanged: (keys: SecretKey[]) => void;
}): AreaHandlers<typeof llmConfigs> {
  const { host, onSecretsChanged } = options;
  const opened = async () => (await (await host).connections.open()).llmConfigs;

  async function deliver(keys: SecretKey[]): Promise<void> {
    const { changes, log } = await host;
    if (keys.length > 0) onSecretsChanged(keys);
    changes.deliver({ kind: "secrets-changed", keys }).catch((err: unknown) => log.warn({ err }));
  }

  return {
    list: async () => ({ configs: await (await opened()).list() }),
    async create(wanted) {
      const answer = await (await opened()).create(wanted);
      await deliver(keysOf(answer.config));
      return answer;
    },
    async update({ id, revision, ...wanted }) {
      const config = await (await opened()).update({ id, revision }, wanted);
      await deliver(keysOf(config));
      return { config };
    },
    async delete({ alsoInUse, ...seen }) {
      const configs = await opened();
      const former = (await configs.list()).find(({ id }) => id === seen.id);
      await configs.remove(seen, { alsoInUse });
      await deliver(keysOf(former));
      return { id: seen.id };
    },
    async setDefault({ id }) {
      await (await opened()).setDefault(id);
      return { id };
    },
  };
}

function keysOf(config: LlmConfig | undefined): SecretKey[] {
  return config?.key ? [config.key.key] : [];
}
