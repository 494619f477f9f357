import { join } from "node:path";
import { type JsonDocument, openJsonDocument } from "./files/json-document.ts";
import { emptyIndex, IndexDocument } from "./index-document.ts";
import { stepForward } from "./index-steps.ts";

/** The index on disk. */
export type IndexFile = JsonDocument<IndexDocument>;

export function openIndexFile(folder: string): IndexFile {
  return openJsonDocument({
    path: join(folder, "secrets-index.json"),
    parse: (json) => IndexDocument.safeParse(stepForward(json)).data,
    empty: emptyIndex,
  });
}
