import { readOwn } from "./read-own.ts";

/** A further variable for a secret. */
export type LightAlias = Readonly<{ key: string; envName: string }>;

/** A record in force, as far as a reader of values needs it. */
export type LightRecord = Readonly<{
  key: string;
  envName: string;
  aliases: readonly string[];
  version: string;
  place: Readonly<{ path: string; proof: string }>;
}>;

const segment = "[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?";
const keyForm = new RegExp(`^${segment}(?:\\.${segment})+$`);
/** Key, names, version, path and proof of a record, a line each. One expression costs a fifth of five to prepare. */
const recordForm = new RegExp(
  [
    `^(?=.{1,200}$)${segment}(?:\\.${segment})+$`,
    "(?:^(?=.{1,200}$)[A-Z_][A-Z0-9_]*\n)+^[a-z0-9]{12}$",
    "^(?=.{1,400}$)(?:/[A-Za-z0-9_]+)+$",
    "^[A-Za-z0-9_-]{22}$",
  ].join("\n"),
  "m",
);
const recordFields = new Set(
  "aliases,createdAt,envName,place,protection,source,storageBackend,storageReason,updatedAt,version".split(
    ",",
  ),
);
const placeFields = new Set(["path", "proof"]);

/**
 * Reads an index without a validator to load: the records in force, when nothing in it waits to be ended, and every
 * secret lies at a known place in the keychain. In any other case `undefined`, and the store itself decides. What it
 * accepts, the store's own reader accepts too.
 *
 * @param further aliases that the index does not know of
 */
export function parseLightIndex(
  text: string,
  further: readonly LightAlias[] = [],
): readonly LightRecord[] | undefined {
  const secrets = readLines(text);
  if (!secrets) return undefined;
  const records: LightRecord[] = [];
  const names = new Set<string>();
  for (const [key, fields] of secrets) {
    const record = recordOf(key, fields);
    if (!record) return undefined;
    const wanted = further.filter((alias) => alias.key === key).map(({ envName }) => envName);
    const own = new Set([record.envName, ...record.aliases, ...wanted]);
    for (const name of own) {
      if (names.has(name)) return undefined;
      names.add(name);
    }
    own.delete(record.envName);
    records.push({ ...record, aliases: [...own] });
  }
  return records;
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
  const { envName, version, place, aliases = [] } = record;
  if (!Array.isArray(aliases) || !aliases.every((name) => typeof name === "string")) return undefined;
  if (typeof envName !== "string" || typeof version !== "string" || !hasFields(place, placeFields))
    return undefined;
  const { path, proof } = place;
  if (typeof path !== "string" || typeof proof !== "string") return undefined;
  const lines = [key, envName, ...aliases, version, path, proof];
  // A line break in one of them would let it pass for two.
  if (lines.some((line) => line.includes("\n")) || !recordForm.test(lines.join("\n"))) return undefined;
  return { key, envName, aliases, version, place: { path, proof } };
}

/** Whether there are these fields and no others; the aliases of a record may be left out. */
function hasFields(value: unknown, fields: ReadonlySet<string>): value is Record<string, unknown> {
  if (!isObject(value)) return false;
  const names = Object.keys(value);
  const isWhole = names.length + Number(fields.has("aliases") && !("aliases" in value)) === fields.size;
  return isWhole && names.every((name) => fields.has(name));
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
