import { createHash } from "node:crypto";
import type { AuditEvent } from "@latchkey/api-contracts/audit";

/** A point in the chain: an entry's number and its hash. The next entry names both. */
export type ChainPoint = Readonly<{ seq: number; hash: string }>;

/** What the log held before it was a chain, so that it cannot be altered unseen afterwards. */
export type BeforeChain = Readonly<{ lines: number; bytes: number; sha256: string }>;

/** The last entry of the last segment that was dropped for size or age; the segments up to it may be missing. */
export type Dropped = ChainPoint & Readonly<{ segment: number }>;

/**
 * What one line says. `genesis` begins a log, `segment` each further segment, `seal` closes one.
 *
 * **Shape** `logId` is random, of this log alone; `segment` counts from 1.
 */
export type RecordBody = Readonly<
  | { kind: "genesis"; logId: string; segment: number; startedAt: string; beforeChain?: BeforeChain }
  | { kind: "segment"; logId: string; segment: number; startedAt: string }
  | { kind: "seal"; closedAt: string }
  | { kind: "event"; event: AuditEvent; dropped?: Dropped }
>;

export type LogRecord = RecordBody & ChainPoint & Readonly<{ prevHash: string }>;

/** What the first entry of a log names as the one before it. */
export const beforeFirst: ChainPoint = { seq: -1, hash: "0".repeat(64) };

const hashForm = /^,"hash":"([0-9a-f]{64})"\}$/;
const hashLength = ',"hash":""}'.length + 64;

const sha256 = (text: string) => createHash("sha256").update(text, "latin1").digest("hex");

/**
 * The line of the next entry, without its line break. Its hash is over all the bytes before it, which hold the number
 * of the entry and the hash of the former one. Only ASCII, so that no two byte sequences read alike.
 */
export function encodeRecord(before: ChainPoint, body: RecordBody): { line: string; point: ChainPoint } {
  const seq = before.seq + 1;
  const text = JSON.stringify({ seq, prevHash: before.hash, ...body })
    .replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
    .slice(0, -1);
  const hash = sha256(text);
  return { line: `${text},"hash":"${hash}"}`, point: { seq, hash } };
}

/**
 * Reads a line, in latin1, without its line break. `altered` when it has the form of a record and not the hash of its
 * bytes, `not-a-record` when it has another form.
 */
export function decodeRecord(line: string): LogRecord | "altered" | "not-a-record" {
  const text = line.slice(0, -hashLength);
  const [, hash] = hashForm.exec(line.slice(-hashLength)) ?? [];
  if (hash === undefined) return "not-a-record";
  if (sha256(text) !== hash) return "altered";
  const record = parseObject(`${text}}`);
  if (!record || !isRecord(record)) return "not-a-record";
  return { ...record, hash };
}

function isRecord(value: Record<string, unknown>): value is LogRecord & Record<string, unknown> {
  const { seq, prevHash, kind } = value;
  if (!Number.isSafeInteger(seq) || typeof prevHash !== "string") return false;
  if (kind === "event") return typeof value["event"] === "object" && value["event"] !== null;
  if (kind !== "genesis" && kind !== "segment") return kind === "seal";
  return typeof value["logId"] === "string" && Number.isSafeInteger(value["segment"]);
}

/** The JSON object of a text; `undefined` for anything else. */
export function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
