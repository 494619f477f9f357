const maxCharacters = 200;

/** Shows nothing, changes the order of what stands around it, or breaks the line. */
const unshowable = /[\p{C}\p{Zl}\p{Zp}]/u;

/** So many marks may stand on one letter; more would cover what stands above and below. */
const maxMarks = 4;

/**
 * Makes text of someone else fit to be shown as one line: whatever would not be seen for what it is stands escaped,
 * `\u{202e}` for example. **Units** at most 200 characters, with `…` as the last one of a longer text.
 */
export function toForeignText(text: string): string {
  const pieces: string[] = [];
  let length = 0;
  let marks = 0;
  // A text that is far too long must not cost more than one that is a little too long.
  for (const character of text.slice(0, maxCharacters + 1)) {
    marks = /\p{M}/u.test(character) ? marks + 1 : 0;
    const isShown = !unshowable.test(character) && marks <= maxMarks;
    const piece = isShown ? character : `\\u{${character.codePointAt(0)?.toString(16)}}`;
    pieces.push(piece);
    length += piece.length;
  }
  if (length <= maxCharacters) return pieces.join("");
  while (length > maxCharacters - 1) length -= pieces.pop()?.length ?? 0;
  return `${pieces.join("")}…`;
}
