import { SecretKey } from "@latchkey/api-contracts/ids";
import { type FoundEntry, type Listing, WholeVersion } from "../listing.ts";
import type { ForeignItems } from "../migration/foreign-items.ts";

/** What lies in the keychain under a service name. @throws as `ForeignItems.list` */
export async function listEntries(items: ForeignItems, service: string): Promise<Listing> {
  const entries: FoundEntry[] = [];
  let others = 0;
  for (const { account } of await items.list(service)) {
    const [keyText, versionText = ""] = account.split("#");
    const key = SecretKey.safeParse(keyText).data;
    const version = WholeVersion.safeParse(versionText.split(".")[0]).data;
    if (!key || !version) others += 1;
    else if (version === versionText)
      entries.push({ key, version, storageBackend: "keychain", protection: "os-user" });
  }
  return { entries, others };
}
