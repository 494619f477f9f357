import { AppError } from "@latchkey/api-contracts/errors";
import type { QuickSecret } from "@latchkey/secrets-core/quick-read";
import { openStoreForPerson } from "../open-store.ts";
import { tellError } from "./run-problems.ts";

/** Reads through the store itself, which knows every storage backend and what to say when one cannot be read. */
export async function readWithStore(
  isWanted: (record: { key: string; envName: string }) => boolean,
): Promise<{ secrets: readonly QuickSecret[] } | { exitCode: number; text: string }> {
  try {
    await using opened = await openStoreForPerson();
    const { store } = opened;
    const wanted = (await store.list()).filter(isWanted);
    const values = (await store.snapshot()).toEnv();
    const secrets: QuickSecret[] = [];
    for (const { key, envName, aliases = [] } of wanted) {
      // Asking again tells why a value is missing, as an error.
      const value = values[envName] ?? (await store.get(key));
      if (value === undefined) throw new AppError("secrets.absent", { key });
      for (const name of [envName, ...aliases]) secrets.push({ key, envName: name, value });
    }
    return { secrets };
  } catch (error) {
    return tellError(error);
  }
}
