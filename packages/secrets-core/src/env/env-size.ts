import { AppError } from "@latchkey/api-contracts/errors";

/**
 * How much environment a process can be started with.
 *
 * **Units** `variableBytes` counts the UTF-8 of `NAME=value`; `totalUnits` counts the UTF-16 units of every
 * `NAME=value` with one more for its end.
 */
export type EnvLimits = Readonly<{ variableBytes: number; totalUnits: number }>;

/**
 * What every supported system takes: Linux has 131,072 bytes for one string with its end, Windows 32,767 units for
 * the whole block, of which a part is left to the variables that the system adds.
 *
 * @see https://man7.org/linux/man-pages/man2/execve.2.html
 * @see https://learn.microsoft.com/windows/win32/api/processthreadsapi/nf-processthreadsapi-createprocessw
 */
export const smallestEnvLimits: EnvLimits = { variableBytes: 131_071, totalUnits: 32_000 };

/** What this system takes. The total of macOS is 1 MiB with the arguments, that of Linux is larger. */
export function envLimitsOf(platform: NodeJS.Platform): EnvLimits {
  if (platform === "win32") return smallestEnvLimits;
  return { variableBytes: smallestEnvLimits.variableBytes, totalUnits: 300_000 };
}

/**
 * Refuses an environment that a process cannot be started with, before it is tried.
 *
 * @throws `secrets.variable-too-large`, naming the variable; `secrets.env-too-large`
 */
export function checkEnvSize(
  env: Readonly<Record<string, string>>,
  { variableBytes, totalUnits }: EnvLimits = smallestEnvLimits,
): void {
  let units = 0;
  for (const [envName, value] of Object.entries(env)) {
    if (Buffer.byteLength(envName) + 1 + Buffer.byteLength(value) > variableBytes) {
      throw new AppError("secrets.variable-too-large", { envName, maxBytes: variableBytes });
    }
    units += envName.length + value.length + 2;
  }
  if (units > totalUnits) throw new AppError("secrets.env-too-large", { maxUnits: totalUnits });
}
