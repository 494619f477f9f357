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

/** A kind of service, `openai` for example. One segment of a secret key, so it can stand in one. */
export const ProviderId = z
  .string()
  .max(80)
  .regex(/^[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?$/)
  .brand<"ProviderId">();
export type ProviderId = z.infer<typeof ProviderId>;

/** One configured account at a provider. */
export const ConnectionId = z.uuid().brand<"ConnectionId">();
export type ConnectionId = z.infer<typeof ConnectionId>;

/** An extension, as `publisher.name`. */
export const ExtensionId = z
  .string()
  .max(120)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/)
  .brand<"ExtensionId">();
export type ExtensionId = z.infer<typeof ExtensionId>;

/** Who asks for a secret: `server`, `cli`, `window`, `extension:<extension id>` or `tool:<tool id>`. */
export const RequesterId = z
  .string()
  .max(160)
  .regex(/^(?:server|cli|window|extension:[a-z0-9][a-z0-9.-]*|tool:[a-z0-9][a-z0-9._/-]*)$/)
  .brand<"RequesterId">();
export type RequesterId = z.infer<typeof RequesterId>;

/**
 * An opaque handle to the secret of one connection, for one requester; useless without the broker.
 *
 * **Shape** `ref_` and 32 random bytes in base64url.
 */
export const SecretRef = z
  .string()
  .regex(/^ref_[A-Za-z0-9_-]{43}$/)
  .brand<"SecretRef">();
export type SecretRef = z.infer<typeof SecretRef>;
