import type { ProviderProblem } from "./provider-problem.ts";
import { type ProviderValidation, validateProvider } from "./validate-provider.ts";

/** A definition, with the keys of a later version that were left out of it. */
export type ReadProvider = ProviderValidation & Readonly<{ warnings: readonly string[] }>;

/**
 * Reads a definition at run time: keys that are not known are left out with a warning, so that one written for a later
 * version still works. Whatever else is wrong refuses it.
 */
export function readProvider(input: unknown): ReadProvider {
  const warnings: string[] = [];
  let current = input;
  for (;;) {
    const result = validateProvider(current);
    const unknown = result.problems.filter(isUnknownKey).map(({ path }) => path);
    if (unknown.length === 0) return { ...result, warnings };
    warnings.push(...unknown);
    const without = leaveOut(current, unknown);
    // What was named as unknown must go, or there would be no end.
    if (JSON.stringify(without) === JSON.stringify(current)) return { ...result, warnings };
    current = without;
  }
}

function isUnknownKey({ rule }: ProviderProblem): boolean {
  return rule === "unknown-field";
}

function leaveOut(value: unknown, paths: readonly string[], at = ""): unknown {
  if (Array.isArray(value)) return value.map((item, i) => leaveOut(item, paths, join(at, String(i))));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]) => {
      const path = join(at, key);
      return paths.includes(path) ? [] : [[key, leaveOut(item, paths, path)]];
    }),
  );
}

function join(at: string, key: string): string {
  return at === "" ? key : `${at}.${key}`;
}
