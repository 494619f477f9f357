import { secretForms } from "./secret-forms.ts";

/** What stands in the place of a value. */
export const redactionMark = "[redacted]";

/** Replaces every form of the known values in a line of text. */
export type Redact = (text: string) => string;

/** Forms shorter than this occur in ordinary words, so they are replaced only where they stand alone. */
const minInWordLength = 4;

/**
 * Makes a function that takes values out of text by what they are, in whatever form they are written. Values shorter
 * than 4 characters are replaced where no letter or digit adjoins them; replacing them everywhere would garble every
 * line and show by the gaps what they are.
 *
 * The forms are compiled once; a text is then scanned once, whatever the number of values.
 */
export function createRedactor(values: Iterable<string>): Redact {
  const index = new Map<string, string[]>();
  const short: string[] = [];
  for (const form of formsOf(values)) {
    if (form.length < minInWordLength) short.push(form);
    else {
      const head = form.slice(0, minInWordLength);
      index.set(head, [...(index.get(head) ?? []), form]);
    }
  }
  const shortPattern = patternOf(short);
  return (text) => {
    const redacted = index.size === 0 ? text : redactLong(text, index);
    return shortPattern ? redacted.replaceAll(shortPattern, redactionMark) : redacted;
  };
}

/** All forms, longest first, so that of two that begin alike the longer is replaced whole. */
function formsOf(values: Iterable<string>): string[] {
  const forms = new Set<string>();
  for (const value of values) for (const form of secretForms(value)) forms.add(form);
  return [...forms].toSorted((a, b) => b.length - a.length);
}

/** Ranges that touch or overlap become one mark, so that no end of a value shows between two matches. */
function redactLong(text: string, index: ReadonlyMap<string, readonly string[]>): string {
  let result = "";
  let copied = 0;
  let end = 0;
  for (let at = 0; at <= text.length - minInWordLength; at++) {
    const candidates = index.get(text.slice(at, at + minInWordLength));
    const form = candidates?.find((candidate) => text.startsWith(candidate, at));
    if (form === undefined || at + form.length <= end) continue;
    if (at >= end) {
      if (end > 0) result += redactionMark;
      result += text.slice(copied, at);
    }
    end = at + form.length;
    copied = end;
  }
  return end === 0 ? text : `${result}${redactionMark}${text.slice(copied)}`;
}

function patternOf(forms: readonly string[]): RegExp | undefined {
  if (forms.length === 0) return undefined;
  const escaped = forms.map((form) => form.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`));
  return new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${escaped.join("|")})(?![\p{L}\p{N}])`, "gu");
}
