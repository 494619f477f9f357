import { AppError } from "@latchkey/api-contracts/errors";
import type { QuickSecret } from "@latchkey/secrets-core/quick-read";
import { openStoreForPerson } from "../open-store.ts";
import { listWithVariables } from "./list-with-variables.ts";
import type { Matcher } from "./parse-run.ts";
import { tellError } from "./run-problems.ts";

/** Reads through the store itself, which knows every storage backend and what to say when one cannot be read. */
export async function readWithStore(
  isWanted: Matcher,
): Promise<{ secrets: readonly QuickSecret[] } | { exitCode: number; text: string }> {
  try {
    await using opened = await openStoreForPerson();
    const { store, delivery } = opened;
    const snapshot = await delivery();
    const records = await listWithVariables(store, snapshot);
    const wanted = new Set(records.filter(isWanted).map(({ key }) => key));
    for (const key of snapshot.unreadable) {
      // Asking again tells why a value is missing, as an error.
      if (wanted.has(key) && (await store.get(key)) === undefined)
        throw new AppError("secrets.absent", { key });
    }
    return { secrets: snapshot.entries().filter(({ key }) => wanted.has(key)) };
  } catch (error) {
    return tellError(error);
  }
}
