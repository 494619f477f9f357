import { parse } from "dotenv";

/** The form of an assignment, as the library reads it; a quoted value may have several lines. */
const assignment =
  /^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/gm;

/** The names and values of a dotenv text; of a name that is there twice the last counts. */
export function readDotenv(text: string): ReadonlyMap<string, string> {
  return new Map(Object.entries(parse(text)));
}

/**
 * The text with the assignments of the names turned into comments that hold no value; `undefined` when that would
 * change what any other name reads as.
 */
export function commentOut(text: string, names: ReadonlySet<string>, note: string): string | undefined {
  const plain = text.replaceAll(/\r\n?/g, "\n");
  const edited = plain.replaceAll(assignment, (whole: string, name: string) => {
    if (!names.has(name)) return whole;
    const lead = /^\s*/.exec(whole)?.[0] ?? "";
    const tail = /\s*$/.exec(whole)?.[0] ?? "";
    return `${lead}# ${name} ${note}${tail}`;
  });
  const expected = [...readDotenv(text)].filter(([name]) => !names.has(name));
  const found = readDotenv(edited);
  const isSame =
    found.size === expected.length && expected.every(([name, value]) => found.get(name) === value);
  if (!isSame) return undefined;
  return text.includes("\r\n") ? edited.replaceAll("\n", "\r\n") : edited;
}
