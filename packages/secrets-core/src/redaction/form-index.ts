import { secretForms } from "./secret-forms.ts";

/** Forms shorter than this occur in ordinary words, so they are replaced only where they stand alone. */
const minInWordLength = 4;

/** A power of two, many times the number of forms. */
const filterSize = 2 ** 18;

/** The first and the last position of a part of a text that must not be shown; the last is not in it. */
export type Range = readonly [start: number, end: number];

/** The forms of all known values, compiled once, to be found in texts. */
export type FormIndex = Readonly<{
  /** **Units** characters of the longest form; 0 when nothing is known. */
  maxLength: number;
  /** The parts that hold a form, in order. Parts that touch or overlap are one, so that no end of a value shows. */
  find(text: string): Range[];
  /** Where a form may begin that the text breaks off; the length of the text when nowhere. */
  findOpenEnd(text: string): number;
}>;

export function indexForms(values: Iterable<string>): FormIndex {
  const long: string[] = [];
  const short: string[] = [];
  for (const form of formsOf(values)) (form.length < minInWordLength ? short : long).push(form);
  const byHead = groupByHead(long);
  const headStarts = new Set(
    [...byHead.keys()].flatMap((head) => [1, 2, 3].map((end) => head.slice(0, end))),
  );
  const filter = filterOf(byHead.keys());
  const shortPattern = alonePattern(short);

  function findLong(text: string): Range[] {
    const ranges: Range[] = [];
    for (let at = 0; at <= text.length - minInWordLength; at++) {
      if (filter[slotAt(text, at)] === 0) continue;
      const form = byHead
        .get(text.slice(at, at + minInWordLength))
        ?.find((form) => text.startsWith(form, at));
      if (form !== undefined) ranges.push([at, at + form.length]);
    }
    return ranges;
  }

  function isBegun(text: string, at: number): boolean {
    const rest = text.slice(at);
    if (rest.length < minInWordLength) return headStarts.has(rest);
    const forms = byHead.get(rest.slice(0, minInWordLength));
    return forms?.some((form) => form.length > rest.length && form.startsWith(rest)) ?? false;
  }

  /** A short form at the end of the text may yet turn out to be the beginning of a word. */
  function isShortBegun(text: string, at: number): boolean {
    const rest = text.slice(at);
    return short.some((form) => form.startsWith(rest));
  }

  return {
    maxLength: long[0]?.length ?? short[0]?.length ?? 0,
    find(text) {
      const ranges = long.length === 0 ? [] : findLong(text);
      if (!shortPattern) return merge(ranges);
      const alone = [...text.matchAll(shortPattern)].map(
        (match): Range => [match.index, match.index + match[0].length],
      );
      return merge([...ranges, ...alone].toSorted(([a], [b]) => a - b));
    },
    findOpenEnd(text) {
      const reach = Math.max(long[0]?.length ?? 0, minInWordLength);
      for (let at = Math.max(0, text.length - reach + 1); at < text.length; at++) {
        const isAtEnd = text.length - at < minInWordLength;
        if ((isAtEnd || filter[slotAt(text, at)] === 1) && isBegun(text, at)) return at;
        if (isAtEnd && isShortBegun(text, at)) return at;
      }
      return text.length;
    },
  };
}

/** All forms, longest first, so that of two that begin alike the longer is replaced whole. */
function formsOf(values: Iterable<string>): string[] {
  const forms = new Set<string>();
  for (const value of values) for (const form of secretForms(value)) forms.add(form);
  return [...forms].toSorted((a, b) => b.length - a.length);
}

function groupByHead(forms: readonly string[]): Map<string, string[]> {
  const byHead = new Map<string, string[]>();
  for (const form of forms) {
    const head = form.slice(0, minInWordLength);
    const group = byHead.get(head);
    if (group) group.push(form);
    else byHead.set(head, [form]);
  }
  return byHead;
}

/** Which beginnings occur, folded into a table: at most positions of a text the search ends with one look at it. */
function filterOf(heads: Iterable<string>): Uint8Array {
  const filter = new Uint8Array(filterSize);
  for (const head of heads) filter[slotAt(head, 0)] = 1;
  return filter;
}

/** The place in the table for the four characters at a position. */
function slotAt(text: string, at: number): number {
  const first = text.charCodeAt(at) * 8_191 + text.charCodeAt(at + 1) * 131;
  return (first + text.charCodeAt(at + 2) * 1_021 + text.charCodeAt(at + 3) * 31) & (filterSize - 1);
}

function merge(ranges: readonly Range[]): Range[] {
  const merged: [number, number][] = [];
  for (const [start, end] of ranges) {
    const last = merged.at(-1);
    if (last && start <= last[1]) last[1] = Math.max(last[1], end);
    else merged.push([start, end]);
  }
  return merged;
}

function alonePattern(forms: readonly string[]): RegExp | undefined {
  if (forms.length === 0) return undefined;
  const escaped = forms.map((form) => form.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`));
  return new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${escaped.join("|")})(?![\p{L}\p{N}])`, "gu");
}
