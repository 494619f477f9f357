import type { AuditProblemKind, AuditVerification } from "@latchkey/api-contracts/audit";
import { type BeforeChain, beforeFirst, decodeRecord, type LogRecord } from "./record.ts";
import { beforeChainOf } from "./take-up.ts";

/** The last entry as it is kept outside of the log, so that a cut tail is noticed. */
export type Head = Readonly<{ logId: string; seq: number; hash: string }>;

/** The content of one file; `segment` is the number in its name, 0 before the chain, missing for the active one. */
export type SegmentContent = Readonly<{ segment?: number; bytes: Uint8Array }>;

/** A head, or why there is none to compare with. */
export type KeptHead = Head | "missing" | "unreachable";

/** Checks the files of a whole log, oldest first, and names the first thing that is wrong. */
export function verifySegments(segments: Iterable<SegmentContent>, head: KeptHead): AuditVerification {
  const verifier = new LogVerifier(head);
  for (const segment of segments) verifier.add(segment);
  return verifier.end();
}

/** As `verifySegments`, one file at a time. */
export class LogVerifier {
  readonly #head: KeptHead;
  readonly #result: AuditVerification;
  #point = beforeFirst;
  #logId: string | undefined;
  #segment: number | undefined;
  #firstSeq: number | undefined;
  #dropped: { segment: number; seq: number; hash: string } | undefined;
  /** What the oldest segment says comes before it, until an entry tells that it was dropped. */
  #unexplained: { segment: number; seq: number; hash: string } | undefined;
  #beforeChain: BeforeChain | undefined;
  #isSealed = false;
  #headLine: { line: number; segment: number; hash: string } | undefined;

  constructor(head: KeptHead) {
    this.#head = head;
    this.#result = {
      isSound: true,
      verifiedTo: null,
      entries: 0,
      segments: 0,
      droppedTo: null,
      beforeChain: 0,
      hasTornTail: false,
      losses: 0,
      head: typeof head === "string" ? head : "unchecked",
      headSeq: typeof head === "string" ? null : head.seq,
      problem: null,
    };
  }

  add({ segment, bytes }: SegmentContent): void {
    if (this.#result.problem) return;
    if (segment === 0) {
      this.#beforeChain = beforeChainOf(bytes);
      this.#result.beforeChain = this.#beforeChain.lines;
      return;
    }
    const lines = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1").split("\n");
    const isTorn = lines.pop() !== "";
    const isActive = segment === undefined;
    this.#result.segments += 1;
    this.#isSealed = false;
    const expected = this.#segment === undefined ? undefined : this.#segment + 1;
    if (expected !== undefined && segment !== undefined && segment > expected) {
      return this.#fail("missing-segment", expected, null);
    }
    for (const [i, line] of lines.entries()) {
      const problem = this.#addLine(line, i + 1, segment);
      if (problem) return this.#fail(problem, segment ?? this.#segment ?? expected ?? 1, i + 1);
    }
    if (isTorn && isActive) this.#result.hasTornTail = true;
    if (isTorn && !isActive) this.#fail("not-a-record", segment, lines.length + 1);
    else if (lines.length === 0) this.#fail("missing-start", segment ?? expected ?? 1, 1);
    else if (!isActive && !this.#isSealed) this.#fail("missing-seal", segment, null);
  }

  end(): AuditVerification {
    const result = this.#result;
    result.droppedTo = this.#dropped?.seq ?? null;
    if (!result.problem) this.#checkBeginning();
    if (!result.problem) this.#checkHead();
    result.isSound = result.problem === null;
    return result;
  }

  #fail(what: AuditProblemKind, segment: number, line: number | null, seq = this.#point.seq + 1): void {
    this.#result.problem = { what, segment, line, seq: seq < 0 ? null : seq };
  }

  #addLine(line: string, number: number, file: number | undefined): AuditProblemKind | undefined {
    const record = decodeRecord(line);
    if (typeof record === "string") return record;
    if (number === 1) {
      const problem = this.#addHeader(record, file);
      if (problem) return problem;
    } else if (record.kind === "genesis" || record.kind === "segment") return "out-of-chain";
    const isNext = record.seq === this.#point.seq + 1 && record.prevHash === this.#point.hash;
    if (!isNext || this.#isSealed) return "out-of-chain";
    this.#point = { seq: record.seq, hash: record.hash };
    this.#result.verifiedTo = record.seq;
    this.#isSealed = record.kind === "seal";
    if (record.kind === "event") {
      this.#result.entries += 1;
      const { action, outcome } = record.event;
      if (action === "log.repair" && outcome === "failed") this.#result.losses += 1;
      if (record.dropped) this.#takeDropped(record.dropped);
    }
    if (typeof this.#head !== "string" && record.seq === this.#head.seq) {
      this.#headLine = { line: number, segment: this.#segment ?? 0, hash: record.hash };
    }
    return undefined;
  }

  #addHeader(record: LogRecord, file: number | undefined): AuditProblemKind | undefined {
    if (record.kind !== "genesis" && record.kind !== "segment") return "missing-start";
    const { segment, logId } = record;
    if (file !== undefined && file !== segment) return "out-of-chain";
    if (this.#segment !== undefined) {
      if (record.kind === "genesis" || logId !== this.#logId) return "other-log";
      if (segment > this.#segment + 1) return "missing-segment";
      if (segment !== this.#segment + 1) return "out-of-chain";
    } else if (record.kind === "genesis") {
      if (record.seq !== 0 || segment !== 1) return "out-of-chain";
      if (!this.#hasBeforeChain(record.beforeChain)) return "altered-before-chain";
    } else {
      if (segment < 2) return "missing-start";
      if (this.#beforeChain) return "altered-before-chain";
      this.#unexplained = { segment: segment - 1, seq: record.seq - 1, hash: record.prevHash };
      this.#point = this.#unexplained;
    }
    this.#segment = segment;
    this.#logId = logId;
    this.#firstSeq ??= record.seq;
    return undefined;
  }

  /** What was there before the chain is as it was, or was dropped by an entry that is still to come. */
  #hasBeforeChain(noted: BeforeChain | undefined): boolean {
    if (!this.#beforeChain) {
      if (noted) this.#unexplained = { segment: 0, ...beforeFirst };
      return true;
    }
    const { lines, bytes, sha256 } = this.#beforeChain;
    return noted?.lines === lines && noted.bytes === bytes && noted.sha256 === sha256;
  }

  #takeDropped(dropped: { segment: number; seq: number; hash: string }): void {
    this.#dropped = dropped;
    const open = this.#unexplained;
    if (!open || dropped.segment < open.segment) return;
    // A crash may have left some of the files that the entry tells of.
    const isSame = dropped.seq === open.seq && dropped.hash === open.hash;
    if (isSame || dropped.segment > open.segment) this.#unexplained = undefined;
  }

  #checkBeginning(): void {
    const open = this.#unexplained;
    if (!open) return;
    const what = open.segment === 0 ? "altered-before-chain" : "missing-segment";
    this.#result.verifiedTo = null;
    this.#fail(what, open.segment, null, open.seq);
  }

  #checkHead(): void {
    const head = this.#head;
    if (typeof head === "string") return;
    const result = this.#result;
    const last = this.#segment ?? 1;
    if (this.#logId !== undefined && this.#logId !== head.logId) {
      result.verifiedTo = null;
      this.#fail("other-log", last, 1, 0);
    } else if (this.#point.seq < head.seq) {
      this.#fail("cut-tail", last, null);
    } else if (head.seq < (this.#firstSeq ?? 0)) {
      result.head = "outdated";
      return;
    } else if (this.#headLine?.hash !== head.hash) {
      result.verifiedTo = null;
      this.#fail("rewritten", this.#headLine?.segment ?? last, this.#headLine?.line ?? null, head.seq);
    }
    result.head = result.problem ? "differs" : "matches";
  }
}
