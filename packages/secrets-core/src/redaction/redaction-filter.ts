import { Transform } from "node:stream";
import { StringDecoder } from "node:string_decoder";
import { indexForms } from "./form-index.ts";
import { redactionMark } from "./redactor.ts";

/** Redacts a text that comes in pieces. Both calls give what can be shown by now. */
export type RedactionFilter = { push(piece: string): string; end(): string };

/**
 * Redacts as `createRedactor` does, wherever the text is cut into pieces. A piece is passed on at once, up to where a
 * known value may have begun; so at most the longest form of a value is held back.
 */
export function createRedactionFilter(values: Iterable<string>): RedactionFilter {
  const index = indexForms(values);
  /** The last characters passed on: they tell whether a short value stands alone. */
  let before = "";
  let held = "";
  /** Whether a mark was the last thing passed on, and how much of the held text it stands for. */
  let mark = { isLast: false, covers: 0 };

  /** Passes on the text up to a position; a value that begins before it goes whole. */
  function passOn(text: string, openEnd: number): string {
    let result = "";
    let { isLast, covers: at } = mark;
    for (const range of index.find(before + text)) {
      const [start, end] = [range[0] - before.length, range[1] - before.length];
      if (start >= openEnd || end <= at) continue;
      if (start > at || !isLast) result += text.slice(at, Math.max(at, start)) + redactionMark;
      isLast = true;
      at = end;
    }
    if (at < openEnd) {
      result += text.slice(at, openEnd);
      isLast = false;
      at = openEnd;
    }
    before = (before + text.slice(0, openEnd)).slice(-2);
    held = text.slice(openEnd);
    mark = { isLast, covers: at - openEnd };
    return result;
  }

  return {
    push(piece) {
      const text = held + piece;
      return passOn(text, Math.min(index.findOpenEnd(text), wholeLength(text)));
    },
    end() {
      return passOn(held, held.length);
    },
  };
}

/** As a stream of bytes in UTF-8, a child's output for example; what is not UTF-8 becomes replacement characters. */
export function createRedactionStream(values: Iterable<string>): Transform {
  const filter = createRedactionFilter(values);
  const decoder = new StringDecoder("utf8");
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      done(null, filter.push(decoder.write(chunk)));
    },
    flush(done) {
      done(null, filter.push(decoder.end()) + filter.end());
    },
  });
}

/** The length without half of a pair at the end. */
function wholeLength(text: string): number {
  return /[\ud800-\udbff]$/.test(text) ? text.length - 1 : text.length;
}
