import * as z from "zod";

const SEGMENT = "[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?";

/**
 * The dotted name of a secret, such as `provider.openai.api-key`.
 *
 * **Shape** two or more segments of `a-z 0-9 _ -`, each beginning and ending with a letter or digit.
 * **Units** at most 200 bytes.
 */
export const SecretKey = z
  .string()
  .max(200)
  .regex(new RegExp(`^${SEGMENT}(?:\\.${SEGMENT})+$`))
  .brand<"SecretKey">();
export type SecretKey = z.infer<typeof SecretKey>;

/**
 * The name of an environment variable that a secret may be mapped to.
 *
 * **Shape** upper-case letters, digits and `_`, not beginning with a digit.
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html
 */
export const EnvName = z
  .string()
  .max(200)
  .regex(/^[A-Z_][A-Z0-9_]*$/)
  .brand<"EnvName">();
export type EnvName = z.infer<typeof EnvName>;

/** A point in time, ISO-8601 in UTC with milliseconds. */
export const Timestamp = z.iso.datetime({ precision: 3 });
export type Timestamp = z.infer<typeof Timestamp>;

/** Counts the starts of the server process; 0 before the first. */
export const Generation = z.int().min(0);
