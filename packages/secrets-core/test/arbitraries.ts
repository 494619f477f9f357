import { SecretValue } from "@latchkey/api-contracts/text";
import * as fc from "fast-check";

/** Characters that readers, shells and encodings trip over. */
const hostile = fc.constantFrom(
  ...Array.from("'\"`\\$#=!%&*;,{}()<>|~ \t\r\n\u00a0\u2028\u0085\u200b\ufeff\u0001\u007féß漢😀"),
  "\\n",
  "${HOME}",
  "base64:",
  "\r\n",
);

/** Any value that a secret may have, hostile ones most of all. */
export const secretText = fc
  .oneof(
    fc.string({
      minLength: 1,
      maxLength: 40,
      unit: fc.oneof({ weight: 3, arbitrary: hostile }, fc.string()),
    }),
    fc.string({ minLength: 1, maxLength: 60, unit: "binary" }),
  )
  .filter((text) => SecretValue.safeParse(text).success);

const segment = fc.stringMatching(/^[a-z0-9]([a-z0-9_-]{0,6}[a-z0-9])?$/);

/** Keys of every namespace with a fixed name, with the app id `latchkey`. */
export const secretKey = fc
  .tuple(fc.constantFrom("provider", "sftp", "mcp.system", "mcp.ext", "latchkey"), segment, segment)
  .map((parts) => parts.join("."));
