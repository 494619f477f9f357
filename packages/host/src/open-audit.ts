import { type AuditLog, openAuditLog } from "@latchkey/connections";
import type { Folders } from "./folders.ts";
import { createHeadKeeper } from "./head-keeper.ts";
import { openSettings } from "./settings.ts";

/**
 * Opens the person's activity log, with its head in the keychain. What cannot be recorded is refused, unless the
 * settings say otherwise; settings that cannot be read say nothing.
 *
 * @throws as `openAuditLog`
 */
export async function openAudit(
  folders: Folders,
  options: {
    redact?: (text: string) => string;
    onWarning?: (error: unknown) => void;
    onUnrecorded?: (count: number) => void;
  } = {},
): Promise<AuditLog> {
  const heads = createHeadKeeper(folders.data);
  const settings = await openSettings(folders.config)
    .read()
    .catch(options.onWarning ?? (() => undefined));
  const onFailure = settings?.activityLog.onFailure ?? "refuse";
  const log = await openAuditLog({ folder: folders.data, heads, onFailure, ...options });
  return {
    ...log,
    async [Symbol.asyncDispose]() {
      await log[Symbol.asyncDispose]();
      await heads.close();
    },
  };
}
