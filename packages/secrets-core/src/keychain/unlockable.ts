import type { StorageReason } from "@latchkey/api-contracts/secrets";
import type { Reading, SecretBackend } from "../secret-backend.ts";
import { unreachable, unreachableReason } from "../unreachable.ts";

/**
 * A storage backend that can ask its person to unlock it. Once they dismissed the question, it says so instead of
 * `locked`, until it is readable again.
 */
export function unlockable(
  backend: SecretBackend,
  ask: (signal: AbortSignal) => Promise<StorageReason>,
): SecretBackend {
  let wasDismissed = false;
  const lockedNow = (): StorageReason => (wasDismissed ? "prompt-dismissed" : "locked");
  const refuse = (error: unknown): never => {
    throw isLocked(error) ? unreachable(backend.name, lockedNow()) : error;
  };

  return {
    ...backend,
    async probe() {
      const reason = await backend.probe();
      if (reason === "working") wasDismissed = false;
      return reason === "locked" ? lockedNow() : reason;
    },
    async read(entries) {
      const readings = await backend.read(entries);
      if (readings.some(({ state }) => state === "present")) wasDismissed = false;
      return readings.map(
        (reading): Reading =>
          reading.state === "unreadable" && isLocked(reading.error)
            ? { ...reading, error: unreachable(backend.name, lockedNow()) }
            : reading,
      );
    },
    write: (entry, value) => backend.write(entry, value).catch(refuse),
    remove: (entry) => backend.remove(entry).catch(refuse),
    async unlock(signal) {
      const reason = await ask(signal);
      wasDismissed = reason === "prompt-dismissed";
      return reason;
    },
  };
}

function isLocked(error: unknown): boolean {
  return unreachableReason(error) === "locked";
}
