import type { AreaHandlers } from "@latchkey/api-contracts/area";
import type { desktop, ServerReason } from "@latchkey/api-contracts/desktop";
import type { Core } from "../core.ts";

const BY_PERSON: ServerReason = { kind: "person", keys: [] };

/** The area `desktop`. Restart and stop answer at once; the state tells how they went. */
export function desktopHandlers(options: {
  core: Core;
  openLogsFolder: () => Promise<void>;
}): AreaHandlers<typeof desktop> {
  const { core, openLogsFolder } = options;
  const logFailure = (err: unknown) => core.log.warn({ err });
  return {
    getState: () => core.state(),
    restartServer() {
      core.supervisor.restart(BY_PERSON).catch(logFailure);
      return {};
    },
    stopServer() {
      core.supervisor.stop(BY_PERSON).catch(logFailure);
      return {};
    },
    retryChange() {
      core.changes.retry().catch(logFailure);
      return {};
    },
    async discardChange() {
      await core.changes.discard();
      return {};
    },
    async openLogsFolder() {
      await openLogsFolder();
      return {};
    },
  };
}
