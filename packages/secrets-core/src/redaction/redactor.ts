import { type FormIndex, indexForms, type Range } from "./form-index.ts";

/** What stands in the place of a value. */
export const redactionMark = "[redacted]";

/** Replaces every form of the known values in a line of text. */
export type Redact = (text: string) => string;

/**
 * Makes a function that takes values out of text by what they are, in whatever form they are written. Values shorter
 * than 4 characters are replaced where no letter or digit adjoins them; replacing them everywhere would garble every
 * line and show by the gaps what they are.
 *
 * The forms are compiled once; a text is then scanned once, whatever the number of values.
 */
export function createRedactor(values: Iterable<string>): Redact {
  const index = indexForms(values);
  return index.maxLength === 0 ? (text) => text : (text) => redactWith(index, text);
}

function redactWith(index: FormIndex, text: string): string {
  const ranges = index.find(text);
  return ranges.length === 0 ? text : cutOut(text, ranges);
}

function cutOut(text: string, ranges: readonly Range[]): string {
  let result = "";
  let copied = 0;
  for (const [start, end] of ranges) {
    result += text.slice(copied, start) + redactionMark;
    copied = end;
  }
  return result + text.slice(copied);
}
