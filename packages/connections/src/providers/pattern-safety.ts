/** The most quantifiers without a small limit: with them a text of 300 characters is still matched in milliseconds. */
const maxOpenQuantifiers = 3;

/** From how many repetitions on a quantifier counts as without a limit. */
const openFrom = 10;

type Group = { hasQuantifier: boolean; hasChoice: boolean };

/**
 * Whether no text can make a regular expression take long. Strict on purpose: a repeated group may have no choice and
 * no quantifier in it, and there are no back references and no lookarounds.
 *
 * @see https://owasp.org/www-community/attacks/Regular_expression_Denial_of_Service_-_ReDoS
 */
export function isQuickPattern(source: string): boolean {
  const outer: Group = { hasQuantifier: false, hasChoice: false };
  const open: Group[] = [outer];
  let closed: Group | undefined;
  let openQuantifiers = 0;
  for (let at = 0; at < source.length; ) {
    const rest = source.slice(at);
    const group = open.at(-1) ?? outer;
    const quantifier = /^(?:[*+?]|\{(\d+)(,(\d*))?\})[?]?/.exec(rest);
    if (quantifier) {
      const max = maxOf(quantifier);
      if (max > 1 && closed && (closed.hasQuantifier || closed.hasChoice)) return false;
      if (max >= openFrom && ++openQuantifiers > maxOpenQuantifiers) return false;
      group.hasQuantifier = true;
      closed = undefined;
      at += quantifier[0].length;
      continue;
    }
    closed = undefined;
    if (/^(?:\\[1-9k]|\(\?[=!<](?!\w+>))/.test(rest)) return false;
    const characterClass = /^\[(?:\\.|[^\]\\])*\]/.exec(rest);
    if (characterClass) at += characterClass[0].length;
    else if (rest.startsWith("\\")) at += 2;
    else if (rest.startsWith("(")) {
      open.push({ hasQuantifier: false, hasChoice: false });
      at += /^\((?:\?(?::|<\w+>))?/.exec(rest)?.[0].length ?? 1;
    } else {
      if (rest.startsWith(")")) {
        closed = open.pop();
        const parent = open.at(-1) ?? outer;
        parent.hasQuantifier ||= closed?.hasQuantifier ?? false;
        parent.hasChoice ||= closed?.hasChoice ?? false;
      }
      if (rest.startsWith("|")) group.hasChoice = true;
      at += 1;
    }
  }
  return true;
}

function maxOf([text, least, range, most]: RegExpExecArray): number {
  if (text.startsWith("?")) return 1;
  if (text.startsWith("*") || text.startsWith("+")) return Infinity;
  if (range === undefined) return Number(least);
  return most === "" || most === undefined ? Infinity : Number(most);
}
