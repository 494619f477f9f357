import type { AreaHandlers } from "@latchkey/api-contracts/area";
import type { desktop, ServerReason } from "@latchkey/api-contracts/desktop";
import type { Host } from "@latchkey/host";

const BY_PERSON: ServerReason = { kind: "person", keys: [] };

/** The area `desktop`. Restart and stop answer at once; the state tells how they went. */
export function desktopHandlers(options: {
  host: Promise<Host>;
  openLogsFolder: () => Promise<void>;
}): AreaHandlers<typeof desktop> {
  const { host, openLogsFolder } = options;
  return {
    getState: async () => (await host).state(),
    async restartServer() {
      const { supervisor, log } = await host;
      supervisor.restart(BY_PERSON).catch((err: unknown) => log.warn({ err }));
      return {};
    },
    async stopServer() {
      const { supervisor, log } = await host;
      supervisor.stop(BY_PERSON).catch((err: unknown) => log.warn({ err }));
      return {};
    },
    async retryChange() {
      const { changes, log } = await host;
      changes.retry().catch((err: unknown) => log.warn({ err }));
      return {};
    },
    async discardChange() {
      await (await host).changes.discard();
      return {};
    },
    async openLogsFolder() {
      await openLogsFolder();
      return {};
    },
  };
}
