import type { AuditEntry } from "@latchkey/api-contracts/audit";
import { AppError } from "@latchkey/api-contracts/errors";
import { SecretKey } from "@latchkey/api-contracts/ids";
import type { Edit, LockHold, OnAudit, SecretStore } from "@latchkey/secrets-core";
import type { ConnectionFiles } from "./connection-files.ts";
import type { Intent, UserDocument } from "./connection-record.ts";

/** What is changed: records in files, and secrets with them. */
export type ConnectionChange = Readonly<{
  puts: Intent["puts"];
  edits: readonly Edit[];
  audit: Omit<AuditEntry, "outcome">;
}>;

/** What a change is made with. */
export type ChangeTools = Readonly<{
  files: ConnectionFiles;
  secrets: Pick<SecretStore, "change" | "versions">;
  onAudit: OnAudit;
  /** Of the connections. */
  hold: LockHold;
}>;

/**
 * Makes a change of connections and of their secrets as one. The change is noted, its secrets are changed as one, and
 * the person's file follows: until the secrets are changed nothing is, and from then on everything is, whoever reads
 * and wherever a crash comes between. Of a change without secrets the write of that file is the one that counts.
 *
 * Runs under the lock of the connections.
 *
 * @throws as `SecretStore.change`, `secrets.busy`, `audit.failed`, `files.failed`, `files.unsafe`; nothing is changed
 */
export async function runChange(
  { files, secrets, onAudit, hold }: ChangeTools,
  user: UserDocument,
  { puts, edits, audit }: ConnectionChange,
): Promise<void> {
  const versions = await secrets.versions();
  const marks = Object.fromEntries(
    edits.map(({ key }) => {
      const parsed = SecretKey.parse(key);
      return [parsed, versions.get(parsed) ?? null] as const;
    }),
  );
  const intent: Intent = { puts, marks };
  const needsNote = edits.length > 0 || puts.some(({ folder }) => folder !== null);
  let isOver = false;
  try {
    await onAudit({ ...audit, outcome: "done" });
    hold.assertHeld();
    if (needsNote) await files.begin(user, intent);
    if (edits.length > 0) await secrets.change(edits, { actor: "person" });
    isOver = await isMade(intent, secrets);
    hold.assertHeld();
    await files.finish(user, intent);
  } catch (error) {
    // What cannot be written now is read from the note, and written by whoever comes next.
    if (isOver) return;
    if (needsNote) await giveUp().catch(() => undefined);
    const known =
      error instanceof AppError ? error : new AppError("internal.unexpected", {}, { cause: error });
    await onAudit({ ...audit, outcome: "failed", code: known.code }).catch(() => undefined);
    throw known;
  }

  async function giveUp(): Promise<void> {
    // Without the lock it was given up by whoever has it.
    hold.assertHeld();
    await files.giveUp(user, intent);
  }
}

/** Whether the secrets of a noted change were changed; false for one without secrets. */
export async function isMade({ marks }: Intent, secrets: Pick<SecretStore, "versions">): Promise<boolean> {
  const noted = Object.entries(marks);
  if (noted.length === 0) return false;
  const versions = await secrets.versions();
  return noted.some(([key, mark]) => (versions.get(SecretKey.parse(key)) ?? null) !== mark);
}
