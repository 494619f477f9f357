import type { IndexFile } from "./index-file.ts";
import type { Storage } from "./storage.ts";
import type { OnAudit } from "./store-audit.ts";

/** What the operations of one store share. */
export type StoreContext = Readonly<{
  folder: string;
  appId: string;
  index: IndexFile;
  storage: Storage;
  onAudit: OnAudit;
  now: () => Date;
  /** Runs a task in turn, after what runs now; nobody waits for it but the end of the store. */
  later: (task: () => Promise<void>) => void;
}>;
