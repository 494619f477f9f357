/** What a soak counted. */
export type Tally = { acknowledged: number; lost: number; mixed: number; events: number; notes: string[] };

export function newTally(): Tally {
  return { acknowledged: 0, lost: 0, mixed: 0, events: 0, notes: [] };
}

/** Takes a verdict in, with what was found for the reader of a failure. */
export function count(tally: Tally, verdict: "good" | "lost" | "mixed", note: string): void {
  if (verdict === "lost") tally.lost += 1;
  if (verdict === "mixed") tally.mixed += 1;
  if (verdict !== "good" && tally.notes.length < 5) tally.notes.push(`${verdict}: ${note}`);
}
