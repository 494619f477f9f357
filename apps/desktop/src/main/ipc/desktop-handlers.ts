import type { AreaHandlers } from "@latchkey/api-contracts/area";
import type { desktop, ServerReason } from "@latchkey/api-contracts/desktop";
import type { Core } from "../core.ts";

const BY_PERSON: ServerReason = { kind: "person", keys: [] };

/** The area `desktop`. Restart and stop answer at once; the state tells how they went. */
export function desktopHandlers(options: {
  core: Promise<Core>;
  openLogsFolder: () => Promise<void>;
}): AreaHandlers<typeof desktop> {
  const { core, openLogsFolder } = options;
  return {
    getState: async () => (await core).state(),
    async restartServer() {
      const { supervisor, log } = await core;
      supervisor.restart(BY_PERSON).catch((err: unknown) => log.warn({ err }));
      return {};
    },
    async stopServer() {
      const { supervisor, log } = await core;
      supervisor.stop(BY_PERSON).catch((err: unknown) => log.warn({ err }));
      return {};
    },
    async openLogsFolder() {
      await openLogsFolder();
      return {};
    },
  };
}
