/** The oldest Node that can run the setup itself. */
export const oldestNode = "20.11.0";

/**
 * Says what is wrong with the running Node, or nothing.
 * The tools need Node 24; on Linux x64 it arrives with the dependencies, so an older one is enough to begin with.
 *
 * @param {{ version: string, platform: string, arch: string }} running
 * @returns {string | undefined}
 */
export function nodeComplaint({ version, platform, arch }) {
  const found = `This is Node ${version}.`;
  if (!isAtLeast(version, oldestNode))
    return `${found} Latchkey needs Node ${oldestNode} or newer to set itself up.`;
  if (platform === "linux" && arch === "x64") return undefined;
  if (!isAtLeast(version, "24.0.0"))
    return `${found} On ${platform} ${arch} Latchkey needs Node 24 or newer.`;
  return undefined;
}

/**
 * @param {string} version
 * @param {string} wanted
 */
function isAtLeast(version, wanted) {
  const [have, want] = [version, wanted].map((text) => text.split(".").map(Number));
  for (let index = 0; index < 3; index += 1) {
    const difference = (have?.[index] ?? 0) - (want?.[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}
