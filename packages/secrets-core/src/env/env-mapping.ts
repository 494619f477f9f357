import { AppError } from "@latchkey/api-contracts/errors";
import { EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import type { Rule } from "@latchkey/api-contracts/rules";
import { isReservedName } from "./reserved-names.ts";

/** What the mapping needs besides the key. */
export type MappingOptions = Readonly<{
  /** The host app's id: the first segment of the keys of its LLM configs. */
  appId: string;
  /** The variable of an `install.` key; other keys have a fixed one. */
  envName?: string | undefined;
}>;

/** The number of segments of a key after its namespace. */
const fixedNamespaces = [
  { namespace: ["provider"], segments: 2 },
  { namespace: ["sftp"], segments: 2 },
  { namespace: ["mcp", "system"], segments: 2 },
  { namespace: ["mcp", "ext"], segments: 2 },
] as const;

const namespaceHeads = new Set(["provider", "sftp", "mcp", "install"]);

/** Whether an app may use this id: one segment of a secret key that is no namespace of its own. */
export function isAppId(text: string): boolean {
  return !namespaceHeads.has(text) && !text.includes(".") && SecretKey.safeParse(`${text}.x`).success;
}

/**
 * The name of the environment variable that carries a secret.
 *
 * **Shape** `provider.openai.api-key` gives `PROVIDER_OPENAI_API_KEY`; `<appId>.openai.main` gives `LLM_OPENAI_MAIN`;
 * `install.<id>` gives the name passed in.
 *
 * @throws `secrets.invalid-key` for a key of no known namespace or of the wrong form, and for an `envName` that is
 *   missing, not wanted or malformed; `secrets.reserved-name`
 */
export function mapToEnvName(key: string, options: MappingOptions): EnvName {
  const parsed = SecretKey.safeParse(key);
  if (!parsed.success) throw invalid(key, key.length > 200 ? "too-long" : "wrong-form");
  const segments = key.split(".");
  if (segments[0] === "install") return installName(key, segments, options.envName);
  if (options.envName !== undefined) throw invalid(key, "fixed-env-name");
  return checkEnvName(key, derivedName(key, segments, options.appId));
}

function derivedName(key: string, segments: readonly string[], appId: string): string {
  if (segments[0] === appId) {
    if (segments.length !== 3) throw invalid(key, "wrong-form");
    return upperCase(["llm", ...segments.slice(1)]);
  }
  const known = fixedNamespaces.find(({ namespace }) => namespace.every((part, i) => segments[i] === part));
  if (!known) throw invalid(key, "known-namespace");
  if (segments.length !== known.namespace.length + known.segments) throw invalid(key, "wrong-form");
  return upperCase(segments);
}

function installName(key: string, segments: readonly string[], envName: string | undefined): EnvName {
  if (segments.length !== 2) throw invalid(key, "wrong-form");
  if (envName === undefined) throw invalid(key, "needs-env-name");
  return checkEnvName(key, envName);
}

/**
 * Refuses a name that cannot be a secret's variable.
 *
 * @throws `secrets.invalid-key` for a malformed name, `secrets.reserved-name`
 */
export function checkEnvName(key: string, name: string): EnvName {
  const parsed = EnvName.safeParse(name);
  if (!parsed.success) throw invalid(key, name.length > 200 ? "too-long" : "wrong-form");
  if (isReservedName(parsed.data)) throw new AppError("secrets.reserved-name", { key, envName: parsed.data });
  return parsed.data;
}

function upperCase(segments: readonly string[]): string {
  return segments.join("_").replaceAll("-", "_").toUpperCase();
}

/** The key of a refused request may be anything, so it is quoted only when it has the form of a key. */
function invalid(key: string, rule: Rule): AppError {
  return new AppError("secrets.invalid-key", { key: SecretKey.safeParse(key).success ? key : "given", rule });
}
