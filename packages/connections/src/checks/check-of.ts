import { type Check, type CheckKind, checkRequests, HostKey } from "@latchkey/api-contracts/connection-test";
import { isSecretField, shownFields, withDefaults } from "@latchkey/api-contracts/fields";
import type { EnvName } from "@latchkey/api-contracts/ids";
import type { FieldDefinition, FieldValue, ProviderDefinition } from "@latchkey/api-contracts/providers";

/** The variable under which the checking process has the secret of a field, for each field that has one. */
export type SecretNames = ReadonlyMap<string, EnvName>;

/** What a form says, without the fields that it does not show. */
type Form = Readonly<{
  secretFields: readonly FieldDefinition[];
  values: Readonly<Record<string, FieldValue>>;
  /** Empty where there is no text. */
  text: (name: string) => string;
  number: (name: string) => number | undefined;
  secret: (name: string) => EnvName | undefined;
}>;

/**
 * The check that a provider declares, for these values. The fields of each protocol have the names that the built-in
 * providers give them. `undefined` for a provider that is tried in another way, and for values that no check can be
 * made of.
 */
export function checkOf(
  definition: ProviderDefinition,
  values: Readonly<Record<string, FieldValue>>,
  names: SecretNames,
): Check | undefined {
  const { test } = definition;
  if ("noTest" in test || test.kind === "http") return undefined;
  const check = checks[test.kind](formOf(definition, values, names), test.timeoutMs);
  return check && checkRequests[check.kind].safeParse(check.request).success ? check : undefined;
}

/** The host of a check for the activity log, with its port. A program has none. */
export function hostOf({ kind, request }: Check): string | undefined {
  if (kind === "mcp-stdio") return undefined;
  if (kind === "mcp-http") return new URL(request.url).host;
  const bare =
    request.host.includes(":") && !request.host.startsWith("[") ? `[${request.host}]` : request.host;
  const address = `http://${bare}:${request.port}`;
  return URL.canParse(address) ? new URL(address).host : undefined;
}

const checks: Record<CheckKind, (form: Form, timeoutMs: number) => Check | undefined> = {
  sftp({ text, number, secret }, timeoutMs) {
    const pinned = text("host-key");
    const hostKey = pinned === "" ? null : hostKeyOf(pinned);
    // A key that cannot be read is not a server without one.
    if (hostKey === undefined) return undefined;
    return {
      kind: "sftp",
      request: {
        host: text("host"),
        port: number("port"),
        username: text("username"),
        folder: text("folder") || undefined,
        hostKey,
        secrets: {
          password: secret("password"),
          privateKey: secret("private-key"),
          passphrase: secret("passphrase"),
        },
        timeoutMs,
      },
    };
  },
  "mcp-stdio"({ text, values, secretFields, secret }, timeoutMs) {
    const { args, variables } = values;
    const secrets = secretFields.flatMap(({ name, env }) => {
      const ours = secret(name);
      const theirs = text(`${name}-variable`) || env;
      return ours && theirs ? [[theirs, ours]] : [];
    });
    return {
      kind: "mcp-stdio",
      request: {
        command: text("command"),
        args: Array.isArray(args) ? args : [],
        folder: text("folder") || undefined,
        variables: typeof variables === "object" && !Array.isArray(variables) ? variables : {},
        secrets: Object.fromEntries(secrets),
        timeoutMs,
      },
    };
  },
  "mcp-http": ({ text, secret }, timeoutMs) => ({
    kind: "mcp-http",
    request: { url: text("url"), secrets: { bearer: secret("token") }, timeoutMs },
  }),
  smtp({ text, number, secret }, timeoutMs) {
    const port = number("port");
    if (port === undefined) return undefined;
    return {
      kind: "smtp",
      request: {
        host: text("host"),
        port,
        security: text("security") === "starttls" ? "starttls" : "tls",
        username: text("username") || undefined,
        secrets: { password: secret("password") },
        timeoutMs,
      },
    };
  },
};

function formOf(
  definition: ProviderDefinition,
  given: Readonly<Record<string, FieldValue>>,
  names: SecretNames,
): Form {
  const shown = shownFields(definition, given);
  const isShown = new Set<string>(shown.map(({ name }) => name));
  const known = Object.entries(withDefaults(definition, given)).filter(([name]) => isShown.has(name));
  const values = Object.fromEntries(known);
  return {
    secretFields: shown.filter(isSecretField),
    values,
    text(name) {
      const value = values[name];
      return typeof value === "string" ? value : "";
    },
    number(name) {
      const value = values[name];
      return typeof value === "number" ? value : undefined;
    },
    secret: (name) => (isShown.has(name) ? names.get(name) : undefined),
  };
}

/** **Shape** the algorithm, a blank, the fingerprint as OpenSSH prints it. */
function hostKeyOf(text: string): HostKey | undefined {
  const [algorithm, sha256] = text.split(" ");
  return HostKey.safeParse({ algorithm, sha256 }).data;
}
