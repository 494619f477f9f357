import type { AreaHandlers } from "@latchkey/api-contracts/area";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import type { secrets } from "@latchkey/api-contracts/secrets";
import type { Core } from "../core.ts";

/** The area `secrets`: requests of the window become calls of the store; `onChanged` is told after each change. */
export function secretsHandlers(options: {
  core: Promise<Core>;
  onChanged: (keys: SecretKey[]) => void;
}): AreaHandlers<typeof secrets> {
  const { core, onChanged } = options;
  return {
    status: async () => (await core).store.status(),
    recheck: async () => (await core).recheckStorage(),
    list: async () => ({ secrets: await (await core).store.list() }),
    async upsert({ key, value, envName }) {
      const { store } = await core;
      const result = await store.set(key, value, envName === undefined ? {} : { envName });
      if (result.change !== "unchanged") onChanged([key]);
      return result;
    },
    async remove({ key }) {
      await (await core).store.delete(key);
      onChanged([key]);
      return { key };
    },
  };
}
