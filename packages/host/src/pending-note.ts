import { rm } from "node:fs/promises";
import { join } from "node:path";
import { PendingReason } from "@latchkey/api-contracts/desktop";
import { RedactedText } from "@latchkey/api-contracts/text";
import { durableWrite, readOwnFile } from "@latchkey/secrets-core";
import * as z from "zod";

/** Why the change of a revision is pending, with the last redacted lines of the server that was started with it. */
const Note = z.strictObject({
  version: z.literal(1),
  revision: z.string(),
  reason: PendingReason,
  logTail: z.array(RedactedText).max(20),
});
export type PendingCause = Omit<z.infer<typeof Note>, "version">;

/** Keeps why a change is pending, so that the person is told of it also after a restart. */
export interface PendingNote {
  /** What is known of that revision; undefined for any other one, and when the note cannot be read. */
  read(revision: string): Promise<PendingCause | undefined>;
  /** @throws as `durableWrite` */
  write(cause: PendingCause): Promise<void>;
  /** @throws Error of the file system */
  clear(): Promise<void>;
}

/** The note in `pending-change.json` of the folder. */
export function openPendingNote(folder: string): PendingNote {
  const path = join(folder, "pending-change.json");
  return {
    async read(revision) {
      try {
        const { version: _, ...cause } = Note.parse(JSON.parse((await readOwnFile(path)) ?? "null"));
        return cause.revision === revision ? cause : undefined;
      } catch {
        // The change itself is kept elsewhere; without its reason it is still pending.
        return undefined;
      }
    },
    write: (cause) => durableWrite(path, `${JSON.stringify({ version: 1, ...cause })}\n`),
    clear: () => rm(path, { force: true }),
  };
}
