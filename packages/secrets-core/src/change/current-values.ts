import type { AppError } from "@latchkey/api-contracts/errors";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import type { IndexRecord } from "../index-document.ts";
import type { Storage } from "../storage.ts";
import type { CheckedEdit } from "./edit.ts";

type SetEdit = Extract<CheckedEdit, { op: "set" }>;
type Known = ReadonlyMap<SecretKey, IndexRecord>;

/** The edits that ask for the value that is there already, in the same place and under the same variable. */
export async function findEqual(
  storage: Storage,
  edits: readonly SetEdit[],
  recordOf: (key: SecretKey) => IndexRecord | undefined,
): Promise<Known> {
  const place = storage.status().storageBackend;
  const candidates = edits.flatMap(({ key, envName, value }) => {
    const record = recordOf(key);
    return record?.storageBackend === place && record.envName === envName ? [{ key, value, record }] : [];
  });
  const readings = await storage.read(candidates.map(({ key, record }) => [key, record] as const));
  return new Map(
    candidates.flatMap(({ key, value, record }, i) => {
      const reading = readings[i];
      return reading?.state === "present" && reading.value === value ? [[key, record] as const] : [];
    }),
  );
}

/**
 * Refuses to remove what cannot be reached: its entry would stay in a place that nobody sees.
 *
 * @throws `secrets.locked`, `secrets.unavailable`, `secrets.undecryptable`
 */
export async function requireReachable(
  storage: Storage,
  records: readonly (readonly [SecretKey, IndexRecord])[],
): Promise<void> {
  for (const reading of await storage.read(records)) {
    if (reading.state === "unreadable" && !isDamaged(reading.error)) throw reading.error;
  }
}

/** A value that is there and cannot be understood can still be removed. */
function isDamaged(error: AppError): boolean {
  return error.code === "secrets.undecryptable";
}
