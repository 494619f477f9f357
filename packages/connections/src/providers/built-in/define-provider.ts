import { ProviderDefinition } from "@latchkey/api-contracts/providers";
import type * as z from "zod";

/** What is written of a definition: names as plain text, lists that may be constants. */
type Written<T> = T extends string
  ? string
  : T extends readonly (infer E)[]
    ? readonly Written<E>[]
    : T extends object
      ? { readonly [K in keyof T]: Written<T[K]> }
      : T;

/** A definition of our own, with its defaults filled in. @throws when it is none, which no release gets past the tests */
export function defineProvider(definition: Written<z.input<typeof ProviderDefinition>>): ProviderDefinition {
  return ProviderDefinition.parse(definition);
}
