import * as z from "zod";

/** The most bytes of UTF-8 that a secret value may have. */
export const MAX_SECRET_BYTES = 65_536;

/** Every schema that accepts a secret value is registered here; the contract test forbids them in answers. */
export const secretSchemas = z.registry<{ why: string }>();

/**
 * Strings of free form that may leave the main process, each with the reason why none can hold a secret value.
 * The contract test refuses any other free-form string in a response or an event.
 */
export const publicSchemas = z.registry<{ why: string }>();

/**
 * A secret value on its way in.
 *
 * **Shape** well-formed text without NUL.
 * **Units** 1 byte to 64 KiB of UTF-8.
 */
export const SecretValue = z
  .string()
  .min(1)
  .max(MAX_SECRET_BYTES)
  .refine((value) => !value.includes("\0"), { params: { rule: "has-nul" } })
  .refine((value) => !/\p{Surrogate}/u.test(value), { params: { rule: "not-text" } })
  .refine((value) => new TextEncoder().encode(value).byteLength <= MAX_SECRET_BYTES, {
    params: { rule: "too-long" },
  });
secretSchemas.add(SecretValue, { why: "the secret value itself" });

/** A line that a process printed, after redaction by value. **Units** at most 2,000 characters. */
export const RedactedText = z.string().max(2_000);
publicSchemas.add(RedactedText, { why: "passes the redaction by value of every stored secret" });

/** The message of an error, or a detail of one. **Units** at most 1,000 characters. */
export const PublicText = z.string().max(1_000);
publicSchemas.add(PublicText, {
  why: "written from the error table; details are names, numbers and closed words",
});
