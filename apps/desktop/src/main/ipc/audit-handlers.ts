import type { AreaHandlers } from "@latchkey/api-contracts/area";
import type { audit } from "@latchkey/api-contracts/audit";
import type { Host } from "@latchkey/host";

/** The area `audit`. `askForFile` asks the person where an export goes; undefined when they changed their mind. */
export function auditHandlers(options: {
  host: Promise<Host>;
  askForFile: (name: string) => Promise<string | undefined>;
}): AreaHandlers<typeof audit> {
  const { host, askForFile } = options;
  return {
    list: async (page) => (await host).audit.list(page),
    verify: async () => (await host).audit.verify(),
    status: async () => ({ unrecorded: (await host).audit.unrecorded() }),
    async export({ format, filter }) {
      const { audit } = await host;
      const day = new Date().toISOString().slice(0, 10);
      const path = await askForFile(`latchkey-activity-${day}.${format}`);
      if (path === undefined) return { saved: null };
      await audit.append({
        actor: "person",
        action: "log.export",
        outcome: "done",
        keys: [],
        reason: format,
      });
      return { saved: await audit.exportTo(path, { format, filter }) };
    },
  };
}
