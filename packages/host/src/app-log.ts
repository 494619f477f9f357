import { mkdirSync } from "node:fs";
import pino, { type Logger } from "pino";
import { createStream } from "rotating-file-stream";

/**
 * Opens the app's log, `latchkey.log` with four older files of 5 MB, in a folder of the person alone.
 * Every line passes `redact` as a whole, so that errors and their causes are covered too.
 */
export function openAppLog(folder: string, redact: (text: string) => string): Logger {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stream = createStream("latchkey.log", { path: folder, size: "5M", rotate: 4, mode: 0o600 });
  // A log that cannot be written must not end the app; the activity log is the one that decides.
  stream.on("error", () => undefined);
  return pino(
    { base: null, timestamp: pino.stdTimeFunctions.isoTime },
    { write: (line) => void stream.write(`${redact(line.trimEnd())}\n`) },
  );
}
