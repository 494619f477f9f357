const MARK = "[redacted]";

/** Parts shorter than this say too little to be searched for on their own. */
const MIN_PART_LENGTH = 8;
/** Shorter forms occur in ordinary words, so they go only where no letter or digit adjoins them. */
const MIN_IN_WORD_LENGTH = 4;

/**
 * Makes a function that takes values out of a text, in the forms in which protocols and their errors write them: as
 * they are, JSON-escaped, percent-encoded, in hex, and in base64 wherever in a longer text it begins. Each line of a
 * value of several lines counts as a value.
 */
export function createRedact(values: Iterable<string>): (text: string) => string {
  const forms = new Set<string>();
  for (const value of values) {
    const lines = value.split(/[\r\n]+/).filter((line) => line.length >= MIN_PART_LENGTH);
    for (const part of [value, ...lines]) for (const form of formsOf(part)) forms.add(form);
  }
  forms.delete("");
  if (forms.size === 0) return (text) => text;
  // The longest first: of two that begin alike the longer goes whole.
  const sorted = [...forms].toSorted((a, b) => b.length - a.length).map(toPattern);
  const pattern = new RegExp(sorted.join("|"), "gu");
  return (text) => text.replaceAll(pattern, MARK);
}

function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const percent = encodeURIComponent(value);
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    percent,
    percent.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase()),
    percent.replaceAll("%20", "+"),
    bytes.toString("hex"),
    bytes.toString("base64"),
    bytes.toString("base64url"),
    ...base64Cores(bytes),
  ];
}

/** What stays the same of a base64 text whatever stands before and after the value in it. */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const text = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const core = text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
    return core.length >= MIN_PART_LENGTH ? [core, core.replaceAll("+", "-").replaceAll("/", "_")] : [];
  });
}

function toPattern(form: string): string {
  const escaped = form.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`);
  return form.length < MIN_IN_WORD_LENGTH ? String.raw`(?<![\p{L}\p{N}])${escaped}(?![\p{L}\p{N}])` : escaped;
}
