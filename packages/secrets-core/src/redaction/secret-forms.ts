/** Parts of a value shorter than this say too little to be searched for on their own. */
const minPartLength = 8;

/**
 * The ways a value may be written in a log line: as it is, JSON-escaped, percent-encoded, hex, and base64 in both
 * alphabets wherever in a longer text it begins. Each line of a value of several lines counts as a value.
 */
export function secretForms(value: string): Set<string> {
  const forms = new Set(formsOfText(value));
  const lines = value.split(/[\r\n]+/);
  if (lines.length > 1) {
    for (const line of lines) {
      if (line.length >= minPartLength) for (const form of formsOfText(line)) forms.add(form);
    }
  }
  forms.delete("");
  return forms;
}

function formsOfText(value: string): string[] {
  const bytes = Buffer.from(value);
  const hex = bytes.toString("hex");
  const json = JSON.stringify(value).slice(1, -1);
  return [
    value,
    json,
    json.replaceAll("/", "\\/"),
    escapeNonAscii(json),
    ...percentForms(value),
    hex,
    hex.toUpperCase(),
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
    const wholeBits = (offset + bytes.length) * 8;
    const core = text.slice(Math.ceil((offset * 8) / 6), Math.floor(wholeBits / 6));
    return core.length >= minPartLength ? [core, core.replaceAll("+", "-").replaceAll("/", "_")] : [];
  });
}

/** As scripts, strict libraries and web forms percent-encode a value, in either case of the digits. */
function percentForms(value: string): string[] {
  const script = encodeURIComponent(value);
  const strict = script.replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const form = new URLSearchParams({ a: value }).toString().slice(2);
  const forms = [script, strict, strict.replaceAll("%20", "+"), form];
  return [...forms, ...forms.map(lowerCaseEscapes)];
}

function lowerCaseEscapes(text: string): string {
  return text.replaceAll(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());
}

function escapeNonAscii(json: string): string {
  return json.replaceAll(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
