import { type AuditLog, openAuditLog } from "@latchkey/connections";
import type { Folders } from "./folders.ts";
import { createHeadKeeper } from "./head-keeper.ts";

/** Opens the person's activity log, with its head in the keychain. @throws as `openAuditLog` */
export async function openAudit(
  folders: Folders,
  options: { redact?: (text: string) => string; onWarning?: (error: unknown) => void } = {},
): Promise<AuditLog> {
  const heads = createHeadKeeper(folders.data);
  const log = await openAuditLog({ folder: folders.data, heads, ...options });
  return {
    ...log,
    async [Symbol.asyncDispose]() {
      await log[Symbol.asyncDispose]();
      await heads.close();
    },
  };
}
