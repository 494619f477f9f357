import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import type { Head, HeadKeeper } from "@latchkey/connections";
import { createKeychainBackend, type EntryRef } from "@latchkey/secrets-core";
import * as z from "zod";

const KeptHead = z.strictObject({
  keptAt: z.iso.datetime({ precision: 3 }),
  logId: z.string(),
  seq: z.int(),
  hash: z.string(),
});

/** Two places for each folder, written in turn: while the one is replaced the other stands. */
function placesOf(folder: string): EntryRef[] {
  const id = createHash("sha256").update(resolve(folder)).digest("hex").slice(0, 12);
  return ["000000000000", "000000000001"].map((version) => ({
    key: SecretKey.parse(`latchkey.activity-head-${id}`),
    version,
    envName: EnvName.parse("LATCHKEY_ACTIVITY_HEAD"),
  }));
}

/**
 * Keeps the head of a folder's activity log in the keychain, under a service name of its own, apart from the secrets. It is
 * no secret; there it is out of reach of whoever can only write files.
 */
export function createHeadKeeper(folder: string): HeadKeeper & { close(): Promise<void> } {
  const places = placesOf(folder);
  const keychain = createKeychainBackend({ service: "latchkey-activity" });

  async function readPlaces() {
    const readings = await keychain.read(places);
    return readings.map((reading) => {
      if (reading.state === "unreadable") throw reading.error;
      return reading.state === "present" ? parseHead(reading.value) : undefined;
    });
  }

  return {
    async read(): Promise<Head | undefined> {
      const latest = latestOf(await readPlaces());
      if (!latest) return undefined;
      const { keptAt: _, ...head } = latest;
      return head;
    },
    async write(head) {
      const kept = await readPlaces();
      const isFirst = kept[0] !== undefined && kept[0] === latestOf(kept);
      const [place, former] = isFirst ? places.toReversed() : places;
      if (!place || !former) return;
      await keychain.remove(place);
      await keychain.write(place, JSON.stringify({ ...head, keptAt: new Date().toISOString() }));
      await keychain.remove(former);
    },
    close: () => keychain.close(),
  };
}

type Kept = z.infer<typeof KeptHead>;

function latestOf(kept: readonly (Kept | undefined)[]): Kept | undefined {
  return kept.filter((head) => head !== undefined).toSorted((a, b) => (a.keptAt < b.keptAt ? 1 : -1))[0];
}

function parseHead(text: string): Kept | undefined {
  try {
    return KeptHead.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
