import { segmentFromId } from "../env/segment-from-id.ts";

/** The parts of a name that placeholders stood for. */
export type Captured = Readonly<Record<string, string>>;

const placeholder = /<([a-z][a-z0-9-]*)>/g;

/**
 * Matches names against a pattern with placeholders, `<app>.<provider-id>.<config-id>` for example. A placeholder is
 * one character or more, up to the first place where the text after it fits; the last one takes the rest.
 */
export function matchName(pattern: string, name: string): Captured | undefined {
  const names = placeholdersOf(pattern);
  const literals = pattern.split(placeholder).filter((_, i) => i % 2 === 0);
  const source = literals
    .map((literal) => literal.replaceAll(/[.*+?^${}()|[\]\\/]/g, String.raw`\$&`))
    .join("(.+?)");
  const match = new RegExp(`^${source}$`, "su").exec(name);
  if (!match) return undefined;
  return Object.fromEntries(names.map((placeholder, i) => [placeholder, match[i + 1] ?? ""]));
}

/** Puts what was captured into a key, each part as one segment. @throws TypeError for a placeholder nobody captured */
export function fillKey(template: string, captured: Captured): string {
  return template.replaceAll(placeholder, (_, name: string) => {
    const part = captured[name];
    if (part === undefined) throw new TypeError(`Nothing is captured as <${name}> for the key ${template}.`);
    return segmentFromId(part);
  });
}

export function placeholdersOf(pattern: string): string[] {
  return [...pattern.matchAll(placeholder)].map(([, name]) => name ?? "");
}
