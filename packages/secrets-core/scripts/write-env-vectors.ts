import { writeFile } from "node:fs/promises";
import { buildVectors } from "../test/env-vectors.ts";

/** Writes the vectors anew, for a review of what changed. A test keeps them equal to the implementation. */
const file = new URL("../../../docs/env-mapping.vectors.json", import.meta.url);
const { keys, collisions, segments, aliases, names, ...rest } = buildVectors();
const lines = Object.entries({ keys, collisions, segments, aliases, names }).map(
  ([name, cases]) => `  "${name}": [\n${cases.map((one) => `    ${asciiJson(one)}`).join(",\n")}\n  ]`,
);
const head = Object.entries(rest).map(([name, value]) => `  "${name}": ${asciiJson(value)}`);
await writeFile(file, `{\n${[...head, ...lines].join(",\n")}\n}\n`);

/** One case a line, in ASCII, so that every character of a case shows in a review. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
