import type { SecretChange, SecretMetadata } from "@latchkey/api-contracts/secrets";
import { bridge } from "./bridge.ts";
import { secretsQuery, sortedByKey } from "./queries.ts";
import { queryClient } from "./query-client.ts";

export interface SecretDraft {
  readonly key: string;
  readonly value: string;
  /** Only for keys that begin with `install.`. */
  readonly envName?: string;
}

/**
 * Stores a value and puts the metadata that came back into the list. The value is in no cache.
 *
 * @throws `ErrorData`
 */
export async function saveSecret(
  draft: SecretDraft,
): Promise<{ change: SecretChange; secret: SecretMetadata }> {
  const answer = await bridge.secrets.upsert(draft);
  queryClient.setQueryData(
    secretsQuery.queryKey,
    (known) => known && sortedByKey([...known.filter(({ key }) => key !== answer.secret.key), answer.secret]),
  );
  return answer;
}

/**
 * Removes a secret from the storage and from the list. `alsoInUse` when the person knows that connections use it.
 *
 * @throws `ErrorData`
 */
export async function removeSecret(key: string, { alsoInUse }: { alsoInUse: boolean }): Promise<void> {
  await bridge.secrets.remove({ key, alsoInUse });
  queryClient.setQueryData(secretsQuery.queryKey, (known) => known?.filter((secret) => secret.key !== key));
}
