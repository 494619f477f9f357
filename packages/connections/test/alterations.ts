import { createHash } from "node:crypto";
import { decodeRecord, encodeRecord } from "../src/audit/record.ts";
import type { SegmentContent } from "../src/audit/verify.ts";

/** A choice among several, made by a seeded generator so that a run can be repeated. */
export type Random = (below: number) => number;

/** @see https://en.wikipedia.org/wiki/Xorshift */
export function seeded(seed: number): Random {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

type Segments = readonly SegmentContent[];
type Alteration = (segments: Segments, random: Random) => Segments;

const textOf = ({ bytes }: SegmentContent) => Buffer.from(bytes).toString("latin1");
const linesOf = (segment: SegmentContent) => textOf(segment).split("\n").slice(0, -1);

function replaceAt(segments: Segments, at: number, text: string): Segments {
  return segments.map((segment, i) =>
    i === at ? { ...segment, bytes: Buffer.from(text, "latin1") } : segment,
  );
}

function editText(change: (text: string, random: Random) => string): Alteration {
  return (segments, random) => {
    const at = random(segments.length);
    const segment = segments[at];
    return segment ? replaceAt(segments, at, change(textOf(segment), random)) : segments;
  };
}

function editLines(change: (lines: string[], random: Random) => string[]): Alteration {
  return (segments, random) => {
    const at = random(segments.length);
    const segment = segments[at];
    if (!segment) return segments;
    const lines = change(linesOf(segment), random);
    return replaceAt(segments, at, lines.map((line) => `${line}\n`).join(""));
  };
}

/** Writes everything from a line on anew, with sound hashes, as somebody can who reads this source. */
const rechain: Alteration = (segments, random) => {
  const chained = segments.filter(({ segment }) => segment !== 0);
  const from = random(chained.length);
  const at = random(linesOf(chained[from] ?? { bytes: Buffer.alloc(0) }).length);
  let point = { seq: -1, hash: "0".repeat(64) };
  return segments.map((segment) => {
    const place = chained.indexOf(segment);
    if (place === -1) return segment;
    const lines = linesOf(segment).map((line, i) => {
      const record = decodeRecord(line);
      if (typeof record === "string") return line;
      const { seq, prevHash, hash, ...body } = record;
      if (place === from && i === at) Object.assign(body, { note: random(1e9) });
      const isBefore = place < from || (place === from && i < at);
      if (isBefore) {
        point = { seq, hash };
        return line;
      }
      if (point.seq === -1 && seq > 0) point = { seq: seq - 1, hash: prevHash };
      const next = encodeRecord(point, body);
      point = next.point;
      return next.line;
    });
    return { ...segment, bytes: Buffer.from(lines.map((line) => `${line}\n`).join(""), "latin1") };
  });
};

export const alterations: Readonly<Record<string, Alteration>> = {
  "a byte changed": editText((text, random) => {
    const at = random(text.length);
    const byte = (text.charCodeAt(at) + 1 + random(255)) % 256;
    return text.slice(0, at) + String.fromCharCode(byte) + text.slice(at + 1);
  }),
  "a byte deleted": editText((text, random) => {
    const at = random(text.length);
    return text.slice(0, at) + text.slice(at + 1);
  }),
  "a byte inserted": editText((text, random) => {
    const at = random(text.length + 1);
    return text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at);
  }),
  "a line deleted": editLines((lines, random) => lines.toSpliced(random(lines.length), 1)),
  "a line inserted": editLines((lines, random) => {
    const { line } = encodeRecord(
      {
        seq: random(1_000),
        hash: createHash("sha256")
          .update(String(random(1e9)))
          .digest("hex"),
      },
      { kind: "seal", closedAt: "2026-01-02T03:04:05.678Z" },
    );
    return lines.toSpliced(random(lines.length + 1), 0, line);
  }),
  "a line doubled": editLines((lines, random) => {
    const at = random(lines.length);
    return lines.toSpliced(random(lines.length + 1), 0, lines[at] ?? "");
  }),
  "two lines swapped": editLines((lines, random) => {
    const at = random(lines.length);
    const other = (at + 1 + random(lines.length - 1)) % lines.length;
    return lines.with(at, lines[other] ?? "").with(other, lines[at] ?? "");
  }),
  "a segment cut short": (segments, random) => {
    const at = random(segments.length);
    const text = textOf(segments[at] ?? { bytes: Buffer.alloc(0) });
    return replaceAt(segments, at, text.slice(0, random(text.length)));
  },
  "a segment removed": (segments, random) => segments.toSpliced(random(segments.length), 1),
  "two segments swapped": (segments, random) => {
    const at = random(segments.length);
    const other = (at + 1 + random(segments.length - 1)) % segments.length;
    const [one, two] = [segments[at], segments[other]];
    if (!one || !two) return segments;
    return segments.with(at, { ...one, bytes: two.bytes }).with(other, { ...two, bytes: one.bytes });
  },
  "entries written anew with sound hashes": rechain,
};
