import type { ConsentReach } from "@latchkey/api-contracts/access";
import { type ConnectionId, type RequesterId, SecretRef, type Timestamp } from "@latchkey/api-contracts/ids";
import type { Binding } from "./binding.ts";
import type { Clock, RandomBytes } from "./ports.ts";

/** What stands behind a ref. */
export type Grant = Readonly<{
  requesterId: RequesterId;
  connectionId: ConnectionId;
  reach: ConsentReach;
  binding: Binding;
  expiresAt: Timestamp;
  /** Aborted when the grant ends; requests that are under way end with it. */
  ended: AbortSignal;
}>;

/** The refs that are out. They live in memory alone and end with the app. */
export type Refs = Readonly<{
  issue: (
    grant: Omit<Grant, "expiresAt" | "ended">,
    livesMs: number,
  ) => { secretRef: SecretRef; grant: Grant };
  /** The grant of a ref, for the requester that it was given to; nobody else learns whether it exists. */
  find: (requesterId: RequesterId, secretRef: string) => Grant | undefined;
  /** Takes one use. False when there is none left. */
  spend: (secretRef: string) => boolean;
  /** A use is over: a ref that is spent is forgotten. */
  settle: (secretRef: string) => void;
  has: (isMeant: (grant: Grant) => boolean) => boolean;
  /** Ends all grants that the test names. */
  end: (isEnded: (grant: Grant) => boolean) => void;
}>;

/** So many refs a requester may hold; with one more, its oldest ends. */
const maxHeld = 100;

type Held = { grant: Grant; cut: AbortController; untilMs: number; isSpent: boolean };

export function createRefs(clock: Clock, randomBytes: RandomBytes): Refs {
  const held = new Map<string, Held>();

  /** Either clock ends it: the monotonic one may stand still while the machine sleeps. */
  function isOver({ untilMs, grant }: Held): boolean {
    return clock.nowMs() >= untilMs || clock.timestamp() >= grant.expiresAt;
  }
  function drop(secretRef: string): void {
    const entry = held.get(secretRef);
    held.delete(secretRef);
    entry?.cut.abort();
  }
  function end(isEnded: (grant: Grant) => boolean): void {
    for (const [secretRef, { grant }] of held) if (isEnded(grant)) drop(secretRef);
  }
  function makeRoom(requesterId: RequesterId): void {
    for (const [secretRef, entry] of held) if (isOver(entry) && !entry.isSpent) drop(secretRef);
    const own = [...held].filter(([, { grant }]) => grant.requesterId === requesterId);
    for (const [secretRef] of own.slice(0, Math.max(0, own.length - maxHeld + 1))) drop(secretRef);
  }

  return {
    issue(given, livesMs) {
      makeRoom(given.requesterId);
      const secretRef = SecretRef.parse(`ref_${Buffer.from(randomBytes(32)).toString("base64url")}`);
      const cut = new AbortController();
      const expiresAt = new Date(Date.parse(clock.timestamp()) + livesMs).toISOString();
      const grant = { ...given, expiresAt, ended: cut.signal };
      held.set(secretRef, { grant, cut, untilMs: clock.nowMs() + livesMs, isSpent: false });
      return { secretRef, grant };
    },
    find(requesterId, secretRef) {
      const entry = held.get(secretRef);
      const isOwn = entry !== undefined && entry.grant.requesterId === requesterId;
      return isOwn && !entry.isSpent && !isOver(entry) ? entry.grant : undefined;
    },
    spend(secretRef) {
      const entry = held.get(secretRef);
      if (!entry || entry.isSpent || isOver(entry)) return false;
      entry.isSpent = entry.grant.reach === "once";
      return true;
    },
    settle(secretRef) {
      if (held.get(secretRef)?.isSpent) drop(secretRef);
    },
    has: (isMeant) =>
      [...held.values()].some((entry) => !entry.isSpent && !isOver(entry) && isMeant(entry.grant)),
    end,
  };
}
