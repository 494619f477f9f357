/** What a person could not see, or would see in another order: controls, format marks, line ends, half characters. */
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

/**
 * Free text as the log keeps it: hidden characters become visible as `\u{202e}`, and what is too long is cut.
 *
 * **Units** at most `max` UTF-16 units, the `…` of a cut among them.
 */
export function escapeText(text: string, max = 200): string {
  const pieces: string[] = [];
  let length = 0;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    const piece = hidden.test(character) ? `\\u{${code.toString(16)}}` : character;
    pieces.push(piece);
    length += piece.length;
    if (length > max) return cut(pieces, length, max);
  }
  return pieces.join("");
}

function cut(pieces: string[], length: number, max: number): string {
  let left = length;
  while (left > max - 1) left -= pieces.pop()?.length ?? 0;
  return `${pieces.join("")}…`;
}
