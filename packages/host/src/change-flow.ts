import { type ChangeState, PendingReason, type ServerReason } from "@latchkey/api-contracts/desktop";
import { AppError } from "@latchkey/api-contracts/errors";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import type { Edit, EnvSnapshot, PendingChange, SecretStore } from "@latchkey/secrets-core";
import type { ChangeOutcome, Supervisor } from "@latchkey/supervisor";

/** Brings what is stored to the server: what is in force at once, and what is staged once its server is healthy. */
export interface ChangeFlow {
  state(): ChangeState | null;
  /**
   * Stores edits as pending and starts a server with them. Resolves when they are stored; `state` tells the rest.
   *
   * @throws as `SecretStore.stage`
   */
  stage(edits: readonly Edit[]): Promise<PendingChange | undefined>;
  /** Hands what is in force to the server, and what is being tried as well. What is pending stays pending. */
  deliver(reason: ServerReason): Promise<void>;
  /** Tries the pending change once more. */
  retry(): Promise<void>;
  /** Gives the pending change up. */
  discard(): Promise<void>;
}

export interface ChangeFlowOptions {
  readonly store: Pick<
    SecretStore,
    "stage" | "pending" | "snapshot" | "status" | "commitPending" | "discardPending"
  >;
  readonly supervisor: Pick<Supervisor, "apply">;
  /** Makes of what is stored what the server gets. */
  readonly shape: (stored: EnvSnapshot) => Promise<EnvSnapshot>;
  /** Called with what the server gets, and with all that is stored, before it can print a value of them. */
  readonly onSnapshots: (tried: EnvSnapshot, stored: readonly EnvSnapshot[]) => void;
  /** Called when the key storage cannot be read and nothing is handed over. */
  readonly onUnreadable: () => void;
  /** Called when `state` has changed, with the keys that came into force or were given up. */
  readonly onChanged: (keys: readonly SecretKey[]) => void;
  readonly onError: (error: unknown) => void;
}

/** Takes up what was pending when the app ended last; it stays pending until the person acts. */
export async function openChangeFlow(options: ChangeFlowOptions): Promise<ChangeFlow> {
  const { store, supervisor, shape, onSnapshots, onUnreadable, onChanged, onError } = options;
  const left = await store.pending();
  let state: ChangeState | null = left
    ? { status: "pending", keys: [...left.keys], reason: "app-closed", logTail: [] }
    : null;

  function become(next: ChangeState | null, keys: readonly SecretKey[] = []): void {
    state = next;
    onChanged(keys);
  }

  async function bring(reason: ServerReason, change: PendingChange | undefined): Promise<void> {
    const stored = [await store.snapshot(), ...(change ? [await store.snapshot({ pending: true })] : [])];
    const [inForce, tried = inForce] = await Promise.all(stored.map(shape));
    if (!inForce || !tried) throw new TypeError("a snapshot is missing");
    if (tried.unreadable.length > 0 && !store.status().readable) return onUnreadable();
    onSnapshots(tried, stored);
    const fallback = { env: inForce.toEnv(), names: inForce.names };
    const outcome = await supervisor.apply({
      env: tried.toEnv(),
      names: tried.names,
      ...(change && { fallback }),
      reason,
    });
    if (change) await conclude(change, outcome);
  }

  async function conclude(change: PendingChange, outcome: ChangeOutcome): Promise<void> {
    // An edit that came meanwhile is part of a newer change, which its own call concludes.
    if ((await store.pending())?.revision !== change.revision) return;
    if (outcome.status === "pending") {
      const reason = PendingReason.safeParse(outcome.reason.kind).data ?? "crashed";
      return become({ status: "pending", keys: [...change.keys], reason, logTail: [...outcome.logTail] });
    }
    try {
      const keys = await store.commitPending({ revision: change.revision });
      become(null, keys);
    } catch (error) {
      if (error instanceof AppError && error.code === "secrets.change-superseded") return;
      become({ status: "pending", keys: [...change.keys], reason: "not-stored", logTail: [] });
      throw error;
    }
  }

  async function tryPending(): Promise<void> {
    const change = await store.pending();
    if (change) become({ status: "applying", keys: [...change.keys] });
    else if (state) become(null);
    const keys = [...(change?.keys ?? [])];
    await bring({ kind: "secrets-changed", keys }, change);
  }

  return {
    state: () => state,
    async stage(edits) {
      const change = await store.stage(edits);
      tryPending().catch(onError);
      return change;
    },
    async deliver(reason) {
      const change = await store.pending();
      const isTrying = state?.status === "applying";
      if (change && state) state = { ...state, keys: [...change.keys] };
      else if (!change && state) become(null);
      await bring(reason, isTrying ? change : undefined);
    },
    retry: tryPending,
    async discard() {
      const keys = await store.discardPending();
      become(null, keys);
      await bring({ kind: "secrets-changed", keys: [...keys] }, undefined);
    },
  };
}
