import * as z from "zod";

/**
 * Where a storage backend put an entry, so that it need not search for it, and the proof by which it knows the entry
 * again: without it a place that has another entry by now would give a wrong value.
 *
 * **Shape** `proof` is 128 bits in base64url, made with a key that lies in the storage backend itself.
 */
export const EntryPlace = z.strictObject({
  path: z
    .string()
    .max(400)
    .regex(/^(?:\/[A-Za-z0-9_]+)+$/),
  proof: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
});
export type EntryPlace = Readonly<z.infer<typeof EntryPlace>>;
