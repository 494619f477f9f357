import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ElectronApplication } from "@playwright/test";

const fileOf = (id: string) => join(tmpdir(), `net-log-${process.pid}-${id}.json`);

/** Has Chromium note what the sessions of extensions do in the network. */
export function startNetLog(app: ElectronApplication, ids: readonly string[]): Promise<void> {
  return app.evaluate(
    async ({ session }, files) => {
      for (const [id, file] of files) {
        await session
          .fromPartition(`extension-${id}`)
          .netLog.startLogging(file, { captureMode: "everything" });
      }
    },
    ids.map((id) => [id, fileOf(id)] as const),
  );
}

/** The hosts that the sessions asked for, and what they sent: beginnings of TCP and packets of UDP. */
export async function readNetLog(
  app: ElectronApplication,
  ids: readonly string[],
): Promise<{ hosts: string[]; packets: number }> {
  await app.evaluate(async ({ session }, all) => {
    for (const id of all) await session.fromPartition(`extension-${id}`).netLog.stopLogging();
  }, ids);
  const hosts = new Set<string>();
  let packets = 0;
  for (const id of ids) {
    const { constants, events }: NetLog = JSON.parse(await readFile(fileOf(id), "utf8"));
    await rm(fileOf(id));
    const nameOf = new Map(Object.entries(constants.logEventTypes).map(([name, type]) => [type, name]));
    for (const { type, params } of events) {
      const name = nameOf.get(type) ?? "";
      if (/^(TCP_CONNECT_ATTEMPT|UDP_BYTES_SENT)$/.test(name)) packets += 1;
      const { host } = params ?? {};
      if (typeof host === "string") hosts.add(host.toLowerCase().replace(/^.*:\/\/|:\d+$/g, ""));
    }
  }
  return { hosts: [...hosts], packets };
}

interface NetLog {
  readonly constants: { readonly logEventTypes: Readonly<Record<string, number>> };
  readonly events: readonly { readonly type: number; readonly params?: { readonly host?: unknown } }[];
}
