import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { AuditVerification } from "@latchkey/api-contracts/audit";
import { withLogLock } from "./log-lock.ts";
import { activeName, beforeChainName, closedName, listClosed, openOwn } from "./segment-files.ts";
import { isBeforeChain } from "./take-up.ts";
import { type KeptHead, LogVerifier } from "./verify.ts";

type OpenSegment = Readonly<{ segment?: number; file: FileHandle; size: number }>;

/** Checks the whole log of a folder as it stands now. @throws Error of the file system, or with the code `not-file` */
export async function verifyLog(folder: string, head: KeptHead): Promise<AuditVerification> {
  // The files are opened in the pause between two entries, and read after it.
  const segments = await withLogLock(folder, () => openAll(folder)).catch(() => openAll(folder));
  const verifier = new LogVerifier(head);
  try {
    for (const { segment, file, size } of segments) {
      const bytes = (await file.readFile()).subarray(0, size);
      verifier.add({ ...(segment !== undefined && { segment }), bytes });
    }
  } finally {
    for (const { file } of segments) await file.close();
  }
  return verifier.end();
}

async function openAll(folder: string): Promise<OpenSegment[]> {
  const closed = (await listClosed(folder)).map((segment) => ({ segment, name: closedName(segment) }));
  const files = [{ segment: 0, name: beforeChainName }, ...closed, { name: activeName }];
  const opened: OpenSegment[] = [];
  try {
    for (const { name, ...number } of files) {
      const file = await openOwn(join(folder, name), constants.O_RDONLY);
      if (!file) continue;
      // The next entry will put it there.
      const isFirst = opened.length === 0 && name === activeName && (await isBeforeChain(file));
      opened.push({ ...(isFirst ? { segment: 0 } : number), file, size: (await file.stat()).size });
    }
    return opened;
  } catch (error) {
    for (const { file } of opened) await file.close();
    throw error;
  }
}
