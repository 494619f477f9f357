import { PassThrough } from "node:stream";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { readLines, TOO_LONG_LINE } from "./line-reader.ts";

async function linesOf(chunks: readonly Buffer[]): Promise<string[]> {
  const stream = new PassThrough();
  const lines: string[] = [];
  const over = readLines(stream, (line) => lines.push(line));
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  await over;
  return lines;
}

test("gives the same lines wherever the stream is cut into chunks", async () => {
  const line = fc.string({ unit: "binary" }).map((text) => text.replace(/[\r\n]/g, ""));
  const cuts = fc.array(fc.nat(400), { maxLength: 8 });
  const property = fc.asyncProperty(fc.array(line, { maxLength: 12 }), cuts, async (lines, at) => {
    const whole = Buffer.from(lines.map((text) => `${text}\n`).join(""));
    const edges = [
      0,
      ...at.map((cut) => Math.min(cut, whole.length)).toSorted((a, b) => a - b),
      whole.length,
    ];
    const chunks = edges.slice(1).map((edge, index) => whole.subarray(edges[index], edge));
    expect(await linesOf(chunks)).toEqual(lines);
  });
  await fc.assert(property, { numRuns: 60 });
});

test("gives a last line that has no end, and takes the carriage return off", async () => {
  expect(await linesOf([Buffer.from("one\r\ntwo")])).toEqual(["one", "two"]);
});

test("leaves a line out whole that is too long to be redacted, and goes on with the next", async () => {
  const chunk = Buffer.alloc(200_000, "x");
  expect(await linesOf([chunk, chunk, chunk, Buffer.from("\nnext\n")])).toEqual([TOO_LONG_LINE, "next"]);
});
