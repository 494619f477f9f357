import { closeSync, constants, fstatSync, readFile } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { AuditVerification } from "@latchkey/api-contracts/audit";
import { withLogLock } from "./log-lock.ts";
import { activeName, beforeChainName, closedName, listClosed, openOwn } from "./segment-files.ts";
import { isBeforeChain } from "./take-up.ts";
import { type KeptHead, LogVerifier } from "./verify.ts";

const readWhole = promisify(readFile);

type OpenSegment = Readonly<{ segment?: number; file: number; size: number }>;

/** Checks the whole log of a folder as it stands now. @throws Error of the file system, or with the code `not-file` */
export async function verifyLog(folder: string, head: KeptHead): Promise<AuditVerification> {
  // The files are opened in the pause between two entries, and read after it.
  const segments = await withLogLock(folder, async () => openAll(folder)).catch(() => openAll(folder));
  const verifier = new LogVerifier(head);
  try {
    for (const { segment, file, size } of segments) {
      const bytes = (await readWhole(file)).subarray(0, size);
      verifier.add({ ...(segment !== undefined && { segment }), bytes });
    }
  } finally {
    for (const { file } of segments) closeSync(file);
  }
  return verifier.end();
}

function openAll(folder: string): OpenSegment[] {
  const closed = listClosed(folder).map((segment) => ({ segment, name: closedName(segment) }));
  const files = [{ segment: 0, name: beforeChainName }, ...closed, { name: activeName }];
  const opened: OpenSegment[] = [];
  try {
    for (const { name, ...number } of files) {
      const file = openOwn(join(folder, name), constants.O_RDONLY);
      if (file === undefined) continue;
      // The next entry will put it there.
      const isFirst = opened.length === 0 && name === activeName && isBeforeChain(file);
      opened.push({ ...(isFirst ? { segment: 0 } : number), file, size: fstatSync(file).size });
    }
    return opened;
  } catch (error) {
    for (const { file } of opened) closeSync(file);
    throw error;
  }
}
