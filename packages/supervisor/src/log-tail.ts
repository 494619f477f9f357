/** **Units** lines, and characters a line. */
const MAX_LINES = 200;
const MAX_LINE_CHARS = 2_000;

/** The last lines of the server processes, bounded, each redacted before it is kept. */
export type LogTail = {
  add: (generation: number, line: string) => string;
  /** Those of all generations, or the last `count` of one. */
  lines: (of?: { generation: number; count: number }) => string[];
};

/** @param redact takes secret values out of a whole line; the line is cut to its length afterwards */
export function createLogTail(redact: (line: string) => string): LogTail {
  const kept: { generation: number; text: string }[] = [];
  return {
    add(generation, line) {
      const text = redact(line).slice(0, MAX_LINE_CHARS);
      kept.push({ generation, text });
      if (kept.length > MAX_LINES) kept.shift();
      return text;
    },
    lines(of) {
      const lines = of
        ? kept.filter(({ generation }) => generation === of.generation).slice(-of.count)
        : kept;
      return lines.map(({ text }) => text);
    },
  };
}
