import { AppError } from "@latchkey/api-contracts/errors";
import type { EnvName, SecretKey } from "@latchkey/api-contracts/ids";

/**
 * Refuses a key whose variable another key has already.
 *
 * @throws `secrets.collision`, naming both keys
 */
export function refuseCollision(
  key: SecretKey,
  envName: EnvName,
  others: Iterable<readonly [SecretKey, { readonly envName: EnvName }]>,
): void {
  for (const [otherKey, other] of others) {
    if (otherKey !== key && other.envName === envName) {
      throw new AppError("secrets.collision", { key, otherKey, envName });
    }
  }
}
