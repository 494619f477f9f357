import { ForeignText } from "@latchkey/api-contracts/access";
import { ConsentChange, ConsentDecision, type ConsentRecord } from "@latchkey/api-contracts/consent";
import { ConnectionId, RequesterId, Timestamp } from "@latchkey/api-contracts/ids";
import { createQueue, durableWrite, readOwnFile } from "@latchkey/secrets-core";
import * as z from "zod";
import { Binding } from "./binding.ts";
import { keyOf, type Pair } from "./pair.ts";

/** The last decision for a requester and a connection, and what came of it. A stored `once` grants nothing. */
export const Decision = z.strictObject({
  requesterId: RequesterId,
  connectionId: ConnectionId,
  requesterName: ForeignText,
  decision: ConsentDecision,
  binding: Binding,
  decidedAt: Timestamp,
  expiresAt: Timestamp.optional(),
  lastUsedAt: Timestamp.nullable(),
  useCount: z.int().min(0),
  /** Why `always` is no longer in force; it is asked again, and these are said. Empty while it is. */
  ended: z.array(ConsentChange).default([]),
});
export type Decision = z.infer<typeof Decision>;

/** The document on disk. */
const DecisionsDocument = z.strictObject({ version: z.literal(1), decisions: z.array(Decision) });

/** The decisions in memory, each change on disk before the write resolves. */
export type Decisions = Readonly<{
  /** The document could not be read: it was set aside, and nothing is granted. */
  isDamaged: boolean;
  find: (pair: Pair) => Decision | undefined;
  list: () => Decision[];
  /**
   * In force at once; resolves when it is on disk. A grant that cannot be stored is in force no longer.
   *
   * @throws `files.failed`, `files.unsafe`
   */
  put: (decision: Decision) => Promise<void>;
  remove: (isGone: (decision: Decision) => boolean) => Promise<void>;
  /** A use is noted in memory and goes to disk with the next change, because the activity log has it already. */
  noteUse: (pair: Pair, at: Timestamp) => void;
  flush: () => Promise<void>;
}>;

/**
 * Opens the document of decisions. There is no previous copy to fall back on: it could bring a revoked grant back. A
 * document that cannot be read stays beside the new one as `<path>.damaged`.
 *
 * @throws `files.unsafe`, `files.failed` when nothing can be read there
 */
export async function openDecisions(path: string): Promise<Decisions> {
  const text = await readOwnFile(path);
  const stored = text === undefined ? [] : parseDocument(text);
  const known = new Map((stored ?? []).map((decision) => [keyOf(decision), decision]));
  const inTurn = createQueue();
  let isDamagedOnDisk = stored === undefined;
  let isDirty = false;

  function write(): Promise<void> {
    isDirty = true;
    return inTurn(async () => {
      // A later write has taken this one along.
      if (!isDirty) return;
      isDirty = false;
      try {
        const document = { version: 1, decisions: [...known.values()] };
        const aside = isDamagedOnDisk ? { previous: `${path}.damaged` } : {};
        await durableWrite(path, `${JSON.stringify(document)}\n`, aside);
        isDamagedOnDisk = false;
      } catch (error) {
        isDirty = true;
        throw error;
      }
    });
  }
  return {
    isDamaged: stored === undefined,
    find: (pair) => known.get(keyOf(pair)),
    list: () => [...known.values()],
    async put(decision) {
      const key = keyOf(decision);
      const former = known.get(key);
      known.set(key, decision);
      try {
        await write();
      } catch (error) {
        const isGrant = decision.decision === "always" || decision.decision === "once";
        if (isGrant && known.get(key) === decision) {
          if (former) known.set(key, former);
          else known.delete(key);
        }
        throw error;
      }
    },
    async remove(isGone) {
      const gone = [...known].filter(([, decision]) => isGone(decision));
      for (const [key] of gone) known.delete(key);
      if (gone.length > 0) await write();
    },
    noteUse(pair, at) {
      const decision = known.get(keyOf(pair));
      if (!decision) return;
      known.set(keyOf(pair), { ...decision, lastUsedAt: at, useCount: decision.useCount + 1 });
      isDirty = true;
    },
    flush: () => (isDirty ? write() : Promise.resolve()),
  };
}

function parseDocument(text: string): Decision[] | undefined {
  try {
    return DecisionsDocument.safeParse(JSON.parse(text)).data?.decisions;
  } catch {
    return undefined;
  }
}

/** A decision as it is listed. */
export function recordOf(decision: Decision): ConsentRecord {
  const { binding, ended: _, ...rest } = decision;
  const { access, fields, publisher } = binding;
  return { ...rest, access, fields, ...(publisher !== undefined && { publisher }) };
}
