import type { StorageBackendName, StorageReason, StorageStatus } from "@latchkey/api-contracts/secrets";
import type { SecretBackend } from "./secret-backend.ts";
import { lockedReasons } from "./unreachable.ts";

/** What to do when the preferred storage backend cannot be used and keeps nothing yet. */
export type FallbackPolicy = "env-file" | "block";

/** The chosen storage backend, and why. */
export type StorageChoice = Readonly<{ backend: SecretBackend; status: StorageStatus }>;

export type ChoiceInput = Readonly<{
  /** In the order of choice, strongest first. */
  backends: readonly SecretBackend[];
  fallback: FallbackPolicy;
  /** The storage backends that keep a value now. */
  inUse: ReadonlySet<StorageBackendName>;
  probe: (backend: SecretBackend) => Promise<StorageReason>;
}>;

/**
 * Chooses the first storage backend that works. One that keeps values, or waits to be unlocked, is not passed over:
 * it stays chosen, unreadable, with its reason, because a weaker place is never taken unseen. The reason of a
 * fallback is why the preferred one could not be used.
 */
export async function chooseBackend({
  backends,
  fallback,
  inUse,
  probe,
}: ChoiceInput): Promise<StorageChoice> {
  let first: StorageChoice | undefined;
  for (const backend of backends) {
    const reason = await probe(backend);
    const choice = choiceOf(backend, reason);
    if (choice.status.readable) {
      if (!first) return choice;
      return { backend, status: { ...choice.status, reason: first.status.reason } };
    }
    first ??= choice;
    if (lockedReasons.has(reason) || inUse.has(backend.name) || fallback === "block") return choice;
  }
  if (!first) throw new TypeError("A secret store needs at least one storage backend.");
  return first;
}

function choiceOf(backend: SecretBackend, reason: StorageReason): StorageChoice {
  const { name: storageBackend, protection } = backend;
  return { backend, status: { storageBackend, protection, reason, readable: reason === "working" } };
}
