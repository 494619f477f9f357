import { StringDecoder } from "node:string_decoder";

/** A line longer than this is left out whole: a part of it could be a part of a secret, which no redaction knows. */
const MAX_RAW_CHARS = 262_144;

/**
 * Calls back with each line of a stream, without its end, and resolves when the stream is over.
 * The stream is always read, so its writer never waits.
 */
export function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): Promise<void> {
  const decoder = new StringDecoder("utf8");
  let rest = "";
  let isTooLong = false;
  const take = (text: string) => {
    const [first = "", ...more] = text.split("\n");
    rest += first;
    for (const next of more) {
      onLine(isTooLong ? TOO_LONG_LINE : rest.replace(/\r$/, ""));
      isTooLong = false;
      rest = next;
    }
    if (rest.length > MAX_RAW_CHARS) isTooLong = true;
    if (isTooLong) rest = "";
  };
  return new Promise((resolve) => {
    let isOver = false;
    const finish = () => {
      if (isOver) return;
      isOver = true;
      take(decoder.end());
      if (rest !== "" || isTooLong) take("\n");
      resolve();
    };
    stream.on("data", (chunk: Buffer | string) =>
      take(typeof chunk === "string" ? chunk : decoder.write(chunk)),
    );
    stream.once("end", finish).once("close", finish).once("error", finish);
  });
}

export const TOO_LONG_LINE = `[a line of more than ${MAX_RAW_CHARS} characters was left out]`;
