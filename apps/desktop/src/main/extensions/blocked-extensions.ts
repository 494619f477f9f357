import { BlockedExtensions, type ExtensionStop } from "@latchkey/api-contracts/extensions";
import type { ExtensionId } from "@latchkey/api-contracts/ids";
import { createQueue, openJsonDocument } from "@latchkey/secrets-core";

/** The extensions that start again only when a person says so; each change is in force at once. */
export interface BlockList {
  find(id: ExtensionId): ExtensionStop | undefined;
  /** Resolves when it is on disk. @throws `files.failed`, `files.unsafe` */
  block(id: ExtensionId, stop: ExtensionStop): Promise<void>;
  /** As `block`. */
  lift(id: ExtensionId): Promise<void>;
  /** Resolves when nothing is on its way to the disk. */
  settled(): Promise<void>;
}

/**
 * Opens the document. One that cannot be read blocks nobody: what an extension may use is decided elsewhere, and one
 * that misbehaves is blocked anew.
 */
export async function openBlockList(
  path: string,
  onError: (error: unknown) => undefined,
): Promise<BlockList> {
  const file = openJsonDocument<BlockedExtensions>({
    path,
    parse: (json) => BlockedExtensions.safeParse(json).data,
    empty: { version: 1, blocked: [] },
  });
  const stored = await file.read().catch(onError);
  const known = new Map(stored?.blocked.map((one) => [one.id, one]));
  const inTurn = createQueue();
  const write = () => inTurn(() => file.write({ version: 1, blocked: [...known.values()] }));
  return {
    find: (id) => known.get(id)?.stop,
    block(id, stop) {
      known.set(id, { id, stop, blockedAt: new Date().toISOString() });
      return write();
    },
    lift: async (id) => {
      if (known.delete(id)) await write();
    },
    settled: () => inTurn(async () => undefined),
  };
}
