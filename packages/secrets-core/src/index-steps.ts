/** One step forward in the form of the index: from the version it stands under to the next. */
type Step = (index: Record<string, unknown>) => Record<string, unknown>;

const steps: Readonly<Record<number, Step>> = {
  // Version 1 had an intent for each key, and no pending change.
  1: ({ intents, ...index }) => {
    const edits = asList(intents).map((intent) => {
      const { key, record } = asRecord(intent);
      return [key, { op: "set", record }] as const;
    });
    if (edits.length === 0) return { ...index, version: 2 };
    const notedAt = asRecord(asRecord(asList(intents)[0])["record"])["updatedAt"];
    const intent = { mode: "at-once", notedAt, edits: Object.fromEntries(edits), takenBack: [] };
    return { ...index, version: 2, intent };
  },
  // From version 3 on, changes follow the index as lines.
  2: (index) => ({ ...index, version: 3 }),
};

/** Brings an index of any earlier version into the newest form; what is not one is left as it is. */
export function stepForward(document: unknown): unknown {
  const index = asRecord(document);
  const step = steps[Number(index["version"])];
  return step ? stepForward(step(index)) : document;
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
