import type { AreaHandlers } from "@latchkey/api-contracts/area";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import type { secrets } from "@latchkey/api-contracts/secrets";
import type { SecretStore } from "@latchkey/secrets-core";

/** The area `secrets`: requests of the window become calls of the store; `onChanged` is told after each change. */
export function secretsHandlers(options: {
  store: SecretStore;
  onChanged: (keys: SecretKey[]) => void;
}): AreaHandlers<typeof secrets> {
  const { store, onChanged } = options;
  return {
    status: () => store.recheck(),
    list: async () => ({ secrets: await store.list() }),
    async upsert({ key, value, envName }) {
      const result = await store.set(key, value, envName === undefined ? {} : { envName });
      if (result.change !== "unchanged") onChanged([key]);
      return result;
    },
    async remove({ key }) {
      await store.delete(key);
      onChanged([key]);
      return { key };
    },
  };
}
