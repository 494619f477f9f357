import type { StorageStatus } from "@latchkey/api-contracts/secrets";
import type { Tone } from "../components/status-word.tsx";

/** How the key storage is shown: the word of the chip, its tone, and the sentence that explains it. */
export function storageView({ storageBackend, protection, readable, reason }: StorageStatus) {
  if (!readable) {
    const isLocked = reason === "locked" || reason === "prompt-dismissed";
    return isLocked
      ? ({ word: "storage.chip.locked", tone: "warn" satisfies Tone, text: "storage.lockedText" } as const)
      : ({
          word: "storage.chip.unreadable",
          tone: "danger" satisfies Tone,
          text: "storage.unreadableText",
        } as const);
  }
  if (protection === "none" && storageBackend !== "memory") {
    return { word: "storage.chip.weak", tone: "warn" satisfies Tone, text: "storage.weakText" } as const;
  }
  return {
    word: `storage.backend.${storageBackend}`,
    tone: (storageBackend === "memory" ? "warn" : "ok") satisfies Tone,
    text: storageBackend === "memory" ? "storage.memoryText" : undefined,
  } as const;
}
