/** A condition that a person has to resolve; shown as its message alone, without a stack. */
export class SetupError extends Error {
  /** @override */
  name = "SetupError";
}

/**
 * Prints one line of progress.
 *
 * @param {string} text
 */
export function say(text) {
  process.stdout.write(`• ${text}\n`);
}
