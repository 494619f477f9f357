import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";

/** A record in force, as far as a reader of values needs it. */
export type LightRecord = Readonly<{
  key: string;
  envName: string;
  version: string;
  place: Readonly<{ path: string; proof: string }>;
}>;

const segment = "[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?";
const keyForm = new RegExp(`^${segment}(?:\\.${segment})+$`);
/** Key, name, version, path and proof of a record, a line each. One expression costs a fifth of five to prepare. */
const recordForm = new RegExp(
  [
    `^(?=.{1,200}$)${segment}(?:\\.${segment})+$`,
    "^(?=.{1,200}$)[A-Z_][A-Z0-9_]*$",
    "^[a-z0-9]{12}$",
    "^(?=.{1,400}$)(?:/[A-Za-z0-9_]+)+$",
    "^[A-Za-z0-9_-]{22}$",
  ].join("\n"),
  "m",
);
const recordFields = new Set(
  "createdAt,envName,place,protection,source,storageBackend,storageReason,updatedAt,version".split(","),
);
const placeFields = new Set(["path", "proof"]);

/**
 * Reads an index without a validator to load: the records in force, when the file is one of ours, nothing in it waits
 * to be ended, and every secret lies at a known place in the keychain. In any other case `undefined`, and the store
 * itself decides.
 */
export function readLightIndex(path: string): readonly LightRecord[] | undefined {
  const text = readOwn(path);
  return text === undefined ? undefined : parseLightIndex(text);
}

/** What it accepts, the store's own reader accepts too. */
export function parseLightIndex(text: string): readonly LightRecord[] | undefined {
  const secrets = readLines(text);
  if (!secrets) return undefined;
  const records = [...secrets].map(([key, record]) => recordOf(key, record));
  const sound = records.filter((record) => record !== undefined);
  const hasOneEach = new Set(sound.map(({ envName }) => envName)).size === records.length;
  return hasOneEach ? sound : undefined;
}

/** The records by key, from the document and the changes after it; `undefined` when a change is under way. */
function readLines(text: string): Map<string, unknown> | undefined {
  if (!text.endsWith("\n")) return undefined;
  const [document, ...changes] = text
    .slice(0, -1)
    .split("\n")
    .map((line): unknown => JSON.parse(line));
  if (!isObject(document) || document["version"] !== 3 || !isObject(document["secrets"])) return undefined;
  if (!Array.isArray(document["leftovers"])) return undefined;
  const secrets = new Map(Object.entries(document["secrets"]));
  let { intent } = document;
  for (const change of changes) {
    if (!isObject(change)) return undefined;
    if (change["intent"] !== undefined) intent = change["intent"] ?? undefined;
    if (change["secrets"] === undefined) continue;
    if (!isObject(change["secrets"])) return undefined;
    for (const [key, record] of Object.entries(change["secrets"])) {
      if (record === null) secrets.delete(key);
      else secrets.set(key, record);
    }
  }
  return intent === undefined ? secrets : undefined;
}

function recordOf(key: string, record: unknown): LightRecord | undefined {
  if (!hasFields(record, recordFields) || record["storageBackend"] !== "keychain") return undefined;
  const { envName, version, place } = record;
  if (typeof envName !== "string" || typeof version !== "string" || !hasFields(place, placeFields))
    return undefined;
  const { path, proof } = place;
  if (typeof path !== "string" || typeof proof !== "string") return undefined;
  const lines = [key, envName, version, path, proof];
  // A line break in one of them would let it pass for two.
  if (lines.some((line) => line.includes("\n")) || !recordForm.test(lines.join("\n"))) return undefined;
  return { key, envName, version, place: { path, proof } };
}

function hasFields(value: unknown, fields: ReadonlySet<string>): value is Record<string, unknown> {
  if (!isObject(value)) return false;
  const names = Object.keys(value);
  return names.length === fields.size && names.every((name) => fields.has(name));
}

function readOwn(path: string): string | undefined {
  const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const stats = fstatSync(file);
    const isOurs = stats.isFile() && stats.uid === process.getuid?.() && (stats.mode & 0o077) === 0;
    return isOurs ? readFileSync(file, "utf8") : undefined;
  } finally {
    closeSync(file);
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The keys of an index, for the completion of a command line; none when it cannot be read. */
export function readLightKeys(path: string): string[] {
  try {
    const keys = [...(readLines(readOwn(path) ?? "") ?? new Map<string, unknown>()).keys()];
    return keys.filter((key) => keyForm.test(key)).toSorted();
  } catch {
    return [];
  }
}
