import type { AreaHandlers } from "@latchkey/api-contracts/area";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import type { secrets } from "@latchkey/api-contracts/secrets";
import type { Host } from "@latchkey/host";

/** The area `secrets`: requests of the window become calls of the store; `onChanged` is told after each change. */
export function secretsHandlers(options: {
  host: Promise<Host>;
  onChanged: (keys: SecretKey[]) => void;
}): AreaHandlers<typeof secrets> {
  const { host, onChanged } = options;
  return {
    status: async () => (await host).store.status(),
    recheck: async () => (await host).recheckStorage(),
    list: async () => ({ secrets: await (await host).store.list() }),
    async upsert({ key, value, envName }) {
      const { store } = await host;
      const result = await store.set(key, value, envName === undefined ? {} : { envName });
      if (result.change !== "unchanged") onChanged([key]);
      return result;
    },
    async remove({ key }) {
      await (await host).store.delete(key);
      onChanged([key]);
      return { key };
    },
  };
}
