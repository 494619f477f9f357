import type { SecretMetadata } from "@latchkey/api-contracts/secrets";

/** The secrets whose key or variable has every word of the search, in any case. */
export function matching(secrets: readonly SecretMetadata[], query: string): SecretMetadata[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return secrets.filter(({ key, envName }) => {
    const text = `${key} ${envName}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
