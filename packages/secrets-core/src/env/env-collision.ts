import { AppError } from "@latchkey/api-contracts/errors";
import type { EnvName, SecretKey } from "@latchkey/api-contracts/ids";

/**
 * Refuses a key whose variable another key has already. Names that differ by case alone are one: Windows has one
 * variable for them.
 *
 * @throws `secrets.collision`, naming both keys
 */
export function refuseCollision(
  key: SecretKey,
  envName: EnvName,
  others: Iterable<readonly [SecretKey, { readonly envName: string }]>,
): void {
  const folded = envName.toUpperCase();
  for (const [otherKey, other] of others) {
    if (otherKey !== key && other.envName.toUpperCase() === folded) {
      throw new AppError("secrets.collision", { key, otherKey, envName });
    }
  }
}
