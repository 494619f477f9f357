import type { ProviderDefinition } from "@latchkey/api-contracts/providers";
import type * as z from "zod";

/** What is written of a definition: names as plain text, lists that may be constants. */
type Written<T> = T extends string
  ? string
  : T extends readonly (infer E)[]
    ? readonly Written<E>[]
    : T extends object
      ? { readonly [K in keyof T]: Written<T[K]> }
      : T;

/** A definition of our own, as it is written down. */
export type WrittenProvider = Written<z.input<typeof ProviderDefinition>>;
