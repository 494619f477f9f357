/** **Units** lines, and characters a line. */
const MAX_LINES = 200;
const MAX_LINE_CHARS = 2_000;

/** The last lines of the server process, bounded, each redacted before it is kept. */
export type LogTail = { add: (line: string) => string; lines: () => string[] };

/** @param redact takes secret values out of a whole line; the line is cut to its length afterwards */
export function createLogTail(redact: (line: string) => string): LogTail {
  const lines: string[] = [];
  return {
    add(line) {
      const clean = redact(line).slice(0, MAX_LINE_CHARS);
      lines.push(clean);
      if (lines.length > MAX_LINES) lines.shift();
      return clean;
    },
    lines: () => [...lines],
  };
}
