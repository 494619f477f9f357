import type { EntryRef } from "../secret-backend.ts";

/**
 * The attributes by which an entry is found in the Secret Service. They are the two that `@napi-rs/keyring` uses, so
 * that either client finds what the other wrote.
 */
export function attributesOf(service: string, entry: EntryRef): { service: string; username: string } {
  return { service, username: accountOf(entry) };
}

/** The account name of an entry, `provider.openai.api-key#abcdefghijkl`. */
export function accountOf({ key, version }: EntryRef): string {
  return `${key}#${version}`;
}

/** What a person reads in their key manager. */
export function labelOf(product: string, { key }: EntryRef): string {
  return `${product}: ${key}`;
}
