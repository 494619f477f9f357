import type { AuditEntry } from "@latchkey/api-contracts/audit";
import { findHash } from "./list-events.ts";
import type { Tail } from "./take-up.ts";
import type { Head, KeptHead } from "./verify.ts";

/** Keeps the last entry's number and hash outside of the log, in the keychain for example. */
export interface HeadKeeper {
  /** `undefined` when none was kept yet. Rejects when the place cannot be reached. */
  read(): Promise<Head | undefined>;
  write(head: Head): Promise<void>;
}

export type HeadWatch = Readonly<{
  /** Keeps the present head. Never rejects. */
  keep(): Promise<void>;
  read(): Promise<KeptHead>;
  /** When what was begun has ended. */
  settled(): Promise<void>;
}>;

/**
 * Keeps the head of a log. Before the first one of a process replaces the one that was kept, the log is compared with
 * that one, and what is missing is told by an entry: else the new head would cover it up.
 */
export function watchHead(options: {
  folder: string;
  heads: HeadKeeper | undefined;
  tail: () => Tail | undefined;
  append: (entry: AuditEntry) => Promise<void>;
  /** Never throws. */
  onWarning: (error: unknown) => void;
}): HeadWatch {
  const { folder, heads, tail, append, onWarning } = options;
  let keeping: Promise<void> = Promise.resolve();
  let isCompared = false;
  let keptSeq = -1;

  async function keep(keeper: HeadKeeper): Promise<void> {
    if (!isCompared) {
      const kept = await keeper.read();
      const difference = kept && (await compare(folder, kept, tail()));
      if (difference) await append(difference);
      isCompared = true;
    }
    const last = tail();
    if (!last || last.point.seq === keptSeq) return;
    await keeper.write({ logId: last.logId, ...last.point });
    keptSeq = last.point.seq;
  }

  return {
    keep() {
      // Without an entry of this process there is nothing that it knows.
      if (heads && tail()) keeping = keeping.then(() => keep(heads)).catch((error) => onWarning(error));
      return keeping;
    },
    settled: () => keeping,
    async read() {
      if (!heads) return "missing";
      return heads.read().then(
        (head) => head ?? "missing",
        () => "unreachable",
      );
    },
  };
}

/** The entry that tells what the log lacks of the kept head; `undefined` when it has it. */
async function compare(folder: string, kept: Head, last: Tail | undefined): Promise<AuditEntry | undefined> {
  if (!last) return undefined;
  const entry = { actor: "app", action: "log.repair", outcome: "failed", keys: [] } as const;
  if (last.logId !== kept.logId) return { ...entry, reason: "other-log" };
  if (last.point.seq < kept.seq) {
    return { ...entry, reason: "cut-tail", count: kept.seq - last.point.seq };
  }
  const found = await findHash(folder, kept.seq);
  // What was dropped since for size or age cannot be compared.
  return found === undefined || found === kept.hash ? undefined : { ...entry, reason: "rewritten" };
}
