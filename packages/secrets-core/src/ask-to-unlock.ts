import type { Storage } from "./storage.ts";
import type { UnlockOptions } from "./store-options.ts";

export type UnlockQuestion = Readonly<{
  /** Has the system ask the person, and waits for the answer. Whoever asks meanwhile waits for the same one. */
  ask(options: UnlockOptions): Promise<void>;
  /** Waits for no answer any more. */
  end(): Promise<void>;
  hasEnded(): boolean;
}>;

/** One question at a time to the person of a storage backend. */
export function createUnlockQuestion(storage: Pick<Storage, "unlock">): UnlockQuestion {
  const ending = new AbortController();
  let asking: Promise<void> | undefined;

  async function askOnce({ deadlineMs = 120_000, signal }: UnlockOptions): Promise<void> {
    const overdue = new AbortController();
    // Keeps the process, which has nothing else to do while the person thinks.
    const timer = setTimeout(() => overdue.abort(), deadlineMs);
    const given = signal ? [signal] : [];
    try {
      await storage.unlock(AbortSignal.any([overdue.signal, ending.signal, ...given]));
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    ask: (options) => (asking ??= askOnce(options).finally(() => (asking = undefined))),
    async end() {
      ending.abort();
      await asking?.catch(() => undefined);
    },
    hasEnded: () => ending.signal.aborted,
  };
}
