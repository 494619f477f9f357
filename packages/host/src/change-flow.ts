import { type ChangeState, PendingReason, type ServerReason } from "@latchkey/api-contracts/desktop";
import { AppError } from "@latchkey/api-contracts/errors";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import {
  createQueue,
  type Edit,
  type EnvLimits,
  type EnvSnapshot,
  type PendingChange,
  type SecretStore,
} from "@latchkey/secrets-core";
import type { ChangeOutcome, Supervisor } from "@latchkey/supervisor";
import type { PendingNote } from "./pending-note.ts";

/** Brings what is stored to the server: what is in force at once, and what is staged once its server is healthy. */
export interface ChangeFlow {
  state(): ChangeState | null;
  /**
   * Stores edits as pending and starts a server with them. Resolves when they are stored; `state` tells the rest.
   *
   * @throws as `SecretStore.stage`
   */
  stage(edits: readonly Edit[]): Promise<PendingChange | undefined>;
  /**
   * Hands what is in force to the server, and what is being tried as well. What is pending stays pending.
   *
   * @throws `secrets.env-too-large`, `secrets.variable-too-large` when no server can be started with it
   */
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
  readonly note: PendingNote;
  /** What a process of this system can be started with. */
  readonly limits: EnvLimits;
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

/** What was handed over; without an outcome when the change is too large to be tried. */
type Handed = Readonly<{
  change: PendingChange | undefined;
  inForce: EnvSnapshot;
  outcome?: Promise<ChangeOutcome>;
}>;

/** Takes up what was pending when the app ended last; it stays pending until the person acts. */
export async function openChangeFlow(options: ChangeFlowOptions): Promise<ChangeFlow> {
  const { store, supervisor, note, limits, shape, onSnapshots, onUnreadable, onChanged, onError } = options;
  const left = await store.pending();
  const cause = left && (await note.read(left.revision));
  let state: ChangeState | null = left ? waiting(left, cause?.reason ?? "app-closed", cause?.logTail) : null;
  /** What is read first is handed over first: else a slow look would bring a former state back to the server. */
  const inTurn = createQueue();

  function become(next: ChangeState | null, keys: readonly SecretKey[] = []): void {
    state = next;
    onChanged(keys);
  }

  /** Hands over what is in force, and what is being tried as well, and sees to the end of that. */
  async function bring(reason: ServerReason): Promise<void> {
    const handed = await inTurn(() => handOver(reason));
    if (!handed) return;
    const { change, inForce, outcome } = handed;
    if (!change) {
      await outcome;
      // The launcher has refused it, so that the former values leave all the same.
      return inForce.checkSize(limits);
    }
    if (outcome) return await conclude(change, await outcome);
    await leavePending(change, "too-large");
    await bring(reason);
  }

  async function handOver(reason: ServerReason): Promise<Handed | undefined> {
    const change = await changeToTry();
    try {
      return await give(reason, change);
    } catch (error) {
      if (change) await leavePending(change, "not-delivered");
      throw error;
    }
  }

  /** Reads what is stored, and gives it to the supervisor, unless it cannot be read. */
  async function give(reason: ServerReason, change: PendingChange | undefined): Promise<Handed | undefined> {
    const stored = [await store.snapshot(), ...(change ? [await store.snapshot({ pending: true })] : [])];
    const [inForce, tried = inForce] = await Promise.all(stored.map(shape));
    if (!inForce || !tried) throw new TypeError("a snapshot is missing");
    if (tried.unreadable.length > 0 && !store.status().readable) {
      onUnreadable();
      return undefined;
    }
    onSnapshots(tried, stored);
    if (change && isTooLarge(tried)) return { change, inForce };
    const fallback = { env: inForce.toEnv(), names: inForce.names };
    const outcome = supervisor.apply({
      env: tried.toEnv(),
      names: tried.names,
      ...(change && { fallback }),
      reason,
    });
    return { change, inForce, outcome };
  }

  /** The pending change while it is tried; what is told of it follows what is stored. */
  async function changeToTry(): Promise<PendingChange | undefined> {
    const known = state;
    const change = await store.pending();
    if (state === known && known) {
      if (change) state = { ...known, keys: [...change.keys] };
      else become(null);
    }
    return state?.status === "applying" ? change : undefined;
  }

  function isTooLarge(snapshot: EnvSnapshot): boolean {
    try {
      snapshot.checkSize(limits);
      return false;
    } catch {
      return true;
    }
  }

  /** An edit that came meanwhile is part of a newer change, which its own call concludes. */
  const isCurrent = async ({ revision }: PendingChange) => (await store.pending())?.revision === revision;

  async function leavePending(change: PendingChange, reason: PendingReason, logTail: readonly string[] = []) {
    await note.write({ revision: change.revision, reason, logTail: [...logTail] }).catch(onError);
    if (await isCurrent(change)) become(waiting(change, reason, logTail));
  }

  /** What is kept of a change that is over has lines of its server, and goes with it. */
  const forgetCause = () => note.clear().catch(onError);

  async function conclude(change: PendingChange, outcome: ChangeOutcome): Promise<void> {
    await inTurn(async () => {
      if (state?.status !== "applying" || !(await isCurrent(change))) return;
      if (outcome.status === "pending") {
        const reason = PendingReason.safeParse(outcome.reason.kind).data ?? "crashed";
        return await leavePending(change, reason, outcome.logTail);
      }
      try {
        const keys = await store.commitPending({ revision: change.revision });
        become(null, keys);
        await forgetCause();
      } catch (error) {
        if (error instanceof AppError && error.code === "secrets.change-superseded") return;
        await leavePending(change, "not-stored");
        throw error;
      }
    });
  }

  async function tryOut(change: PendingChange | undefined): Promise<void> {
    if (change) become({ status: "applying", keys: [...change.keys] });
    else if (state) become(null);
    const keys = [...(change?.keys ?? [])];
    await bring({ kind: "secrets-changed", keys });
  }

  return {
    state: () => state,
    async stage(edits) {
      const change = await store.stage(edits);
      tryOut(change).catch(onError);
      return change;
    },
    deliver: bring,
    retry: async () => tryOut(await store.pending()),
    async discard() {
      const keys = await store.discardPending();
      become(null, keys);
      await forgetCause();
      await bring({ kind: "secrets-changed", keys: [...keys] });
    },
  };
}

function waiting(
  { keys }: PendingChange,
  reason: PendingReason,
  logTail: readonly string[] = [],
): Extract<ChangeState, { status: "pending" }> {
  return { status: "pending", keys: [...keys], reason, logTail: [...logTail] };
}
