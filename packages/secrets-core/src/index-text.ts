import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import type { LineFile } from "./files/line-file.ts";
import { type Index, IndexDocument, keyed } from "./index-document.ts";
import { applyPatches, IndexPatch } from "./index-patch.ts";
import { stepForward } from "./index-steps.ts";
import { Records } from "./records.ts";

/** Tells one writing of the whole index from the next. */
const DocumentId = z.string().regex(/^[a-z0-9]{12}$/);

/** The first line: the index as it was when it was last written whole. Files of earlier versions have no id. */
const DocumentLine = IndexDocument.extend({ id: DocumentId.optional() });

/** How the first line begins, for whoever wants to know the file without reading it. */
export function startOf(id: string): string {
  return `{"id":"${id}",`;
}

export function documentLine(index: Index, id: string): string {
  return JSON.stringify({ id, version: 3, ...index, secrets: Object.fromEntries(index.secrets) });
}

/** What the lines of an index tell. `end` is where the next line goes, `documentBytes` where the first one ends. */
export type IndexText = Readonly<{
  index: Index;
  id: string | undefined;
  end: number;
  documentBytes: number;
}>;

/** Reads an index; `undefined` when it is damaged. A last line that a power cut left in holes was never acknowledged. */
export function parseIndexLines({ lines, end }: LineFile): IndexText | undefined {
  const [first = "", ...changes] = lines;
  const last = changes.at(-1);
  const isTorn = last?.includes("\0") ?? false;
  const whole = isTorn ? changes.slice(0, -1) : changes;
  try {
    const { id, version: _, secrets, ...rest } = DocumentLine.parse(stepForward(JSON.parse(first)));
    const patches = whole.map((line) => IndexPatch.parse(JSON.parse(line)));
    const index = applyPatches({ ...rest, secrets: Records.from(keyed(secrets)) }, patches);
    const tornBytes = isTorn ? Buffer.byteLength(last ?? "") + 1 : 0;
    return { index, id, end: end - tornBytes, documentBytes: Buffer.byteLength(first) + 1 };
  } catch {
    return undefined;
  }
}

/** Whether two indexes say the same. */
export function isSameIndex(one: Index, other: Index): boolean {
  const [a, b] = [one, other].map((index): unknown => JSON.parse(documentLine(index, "")));
  return isDeepStrictEqual(a, b);
}
