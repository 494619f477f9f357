import { AppError } from "@latchkey/api-contracts/errors";
import { SecretKey } from "@latchkey/api-contracts/ids";
import { addAliases } from "../src/env/aliases.ts";
import { mapToEnvName } from "../src/env/env-mapping.ts";
import { smallestEnvLimits } from "../src/env/env-size.ts";
import { isReservedName, reservedNames, reservedPrefixes } from "../src/env/reserved-names.ts";
import { segmentFromId } from "../src/env/segment-from-id.ts";

type Outcome = { name: string } | { names: Record<string, string> } | { refused: string; rule?: string };
type KeyCase = { app: string; key: string; envName?: string };
type AliasCase = { keys: string[]; aliases: { key: string; envName: string }[] };

const fields = ["api-key", "token", "password", "client_secret", "x", "0", "a-b_c"];
const ids = ["openai", "my-host", "back_up", "a", "7", "a1", "acme-github--ay2ypt4p3c4mm6b3"];
const namespaces = ["provider", "sftp", "mcp.system", "mcp.ext"];

/** The inputs of the published vectors: the product of the rules' parts, then their edges. */
function keyCases(): KeyCase[] {
  const app = "latchkey";
  const fixed = namespaces.flatMap((namespace) =>
    ids.flatMap((id, i) => [fields[i], fields[(i + 3) % 7]].map((field) => `${namespace}.${id}.${field}`)),
  );
  const llm = ["latchkey", "my-app", "a_b", "llm"].flatMap((app) =>
    ids.slice(0, 4).map((id) => ({ app, key: `${app}.${id}.main` })),
  );
  const malformed = [
    ["", ".", "..", "provider", "provider.", ".provider.a.b", "provider..a", "provider.a.b."],
    ["Provider.a.b", "provider.A.b", "provider.a.B", "provider.é.b", "provider.a b.c", "provider.a.b\n"],
    ["provider.-a.b", "provider.a-.b", "provider._a.b", "provider.a_.b", "provider.a.b-", "provider.a.b=c"],
    [
      "provider.a/b.c",
      "provider.a\\b.c",
      "provider.a.$(x)",
      "provider.a.`x`",
      "provider.ａ.b",
      "provider.😀.b",
    ],
    ["provider.a.b\u0000", "provider.a.b\r\nx.y.z", "provider.\u212a.b", " provider.a.b", "provider.a.b "],
  ].flat();
  const unknown = [
    ["vault.a.b", "mcp.other.a.b", "llm.a.b", "providers.a.b", "system.a.b", "other-app.a.b", "env.path"],
    ["provider.a", "provider.a.b.c", "sftp.a", "sftp.a.b.c", "mcp.system.a", "mcp.system.a.b.c", "mcp.ext.a"],
    ["mcp.ext.a.b.c", "mcp.a", "mcp.a.b", "latchkey.a", "latchkey.a.b.c", "install.a.b"],
  ].flat();
  const long = [
    `provider.${"a".repeat(184)}.token`,
    `provider.${"a".repeat(185)}.token`,
    `sftp.${"b".repeat(200)}.c`,
  ];
  const install = [
    ["DATABASE_URL", "A", "_A", "A1_", "OPENAI_API_KEY", "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY"],
    [
      "lower",
      "Mixed_Case",
      "1A",
      "A-B",
      "A B",
      "A=B",
      "",
      "É",
      "A\n",
      `A${"B".repeat(199)}`,
      `A${"B".repeat(200)}`,
    ],
    ["PATH", "HOME", "NODE_OPTIONS", "LD_PRELOAD", "DYLD_INSERT_LIBRARIES", "ELECTRON_RUN_AS_NODE"],
    ["HTTPS_PROXY", "SSL_CERT_FILE", "GIT_SSH_COMMAND", "NPM_CONFIG_REGISTRY", "XDG_DATA_HOME", "BASH_ENV"],
    [
      "DBUS_SESSION_BUS_ADDRESS",
      "LATCHKEY_SERVER_TOKEN",
      "PYTHONPATH",
      "IFS",
      "PSMODULEPATH",
      "SSLKEYLOGFILE",
    ],
  ].flat();
  return [
    ...fixed.map((key) => ({ app, key })),
    ...llm,
    { app: "a", key: `a.${"b".repeat(98)}.${"c".repeat(97)}` },
    { app: "a", key: `a.${"b".repeat(98)}.${"c".repeat(99)}` },
    { app: "my-app", key: "latchkey.openai.main" },
    ...[...malformed, ...unknown, ...long].map((key) => ({ app, key })),
    ...install.map((envName) => ({ app, key: "install.database", envName })),
    { app, key: "install.database" },
    { app, key: "provider.openai.api-key", envName: "PROVIDER_OPENAI_API_KEY" },
    { app, key: "latchkey.openai.main", envName: "OPENAI_API_KEY" },
  ];
}

const segmentIds = [
  ["github", "a", "7", "my-host", "back_up", "a--b", "a".repeat(64), "a".repeat(65), "0-0_0"],
  [
    "GitHub",
    "GITHUB",
    "@acme/github",
    "@acme/GitHub",
    "acme/github",
    "acme.github",
    "acme github",
    "-a",
    "a-",
  ],
  [
    "_a",
    "a_",
    "",
    " ",
    "-",
    "\u00e9",
    "e\u0301",
    "\u00c9",
    "тест",
    "日本語",
    "😀",
    "\ud800",
    "\ud801",
    "\udc00\ud800",
    "\u0000",
  ],
  [
    "a\nb",
    "a\r\nb",
    "../../etc/passwd",
    "con",
    "a".repeat(300),
    `${"-".repeat(50)}a`,
    "@a/b",
    "@a-b",
    "a.b",
    "A.B",
  ],
  [
    "acme-github--ay2ypt4p3c4mm6b3",
    "x--aaaaaaaaaaaaaaaa",
    "x--aaaaaaaaaaaaaaa",
    "x--aaaaaaaaaaaaaaa1",
    "\u212a",
    "\u0130",
  ],
  ["com.example.Extension", "https://example.com/mcp", "npm:@scope/pkg@1.2.3", "\ufeffgithub", "gıthub"],
].flat();

const aliasCases: AliasCase[] = [
  {
    keys: ["provider.openai.api-key"],
    aliases: [{ key: "provider.openai.api-key", envName: "OPENAI_API_KEY" }],
  },
  { keys: ["provider.openai.api-key"], aliases: [] },
  { keys: [], aliases: [{ key: "provider.openai.api-key", envName: "OPENAI_API_KEY" }] },
  alias("OPENAI_API_KEY", "OPENAI_API_KEY"),
  alias("OPENAI_API_KEY", "OPENAI_KEY"),
  alias("PROVIDER_OPENAI_API_KEY"),
  alias("openai_api_key"),
  alias("OpenAI_Key"),
  alias("1KEY"),
  alias(""),
  ...["PATH", "NODE_OPTIONS", "LD_LIBRARY_PATH", "HTTP_PROXY", "LATCHKEY_KEY"].map((name) => alias(name)),
  {
    keys: ["provider.a.token", "provider.b.token"],
    aliases: [
      { key: "provider.a.token", envName: "API_TOKEN" },
      { key: "provider.b.token", envName: "API_TOKEN" },
    ],
  },
  {
    keys: ["provider.a.token", "provider.b.token"],
    aliases: [{ key: "provider.a.token", envName: "PROVIDER_B_TOKEN" }],
  },
  {
    keys: ["provider.a.token", "provider.b.token"],
    aliases: [{ key: "provider.c.token", envName: "PROVIDER_B_TOKEN" }],
  },
  {
    keys: ["latchkey.openai.main", "latchkey.anthropic.main"],
    aliases: [
      { key: "latchkey.openai.main", envName: "OPENAI_API_KEY" },
      { key: "latchkey.anthropic.main", envName: "ANTHROPIC_API_KEY" },
    ],
  },
];

function alias(...names: string[]): AliasCase {
  const key = "provider.openai.api-key";
  return { keys: [key], aliases: names.map((envName) => ({ key, envName })) };
}

const meetingKeys = [
  ["provider.a-b.c", "provider.a.b-c"],
  ["provider.a-b.c", "provider.a_b.c"],
  ["mcp.ext.a.b-c", "mcp.ext.a-b.c"],
  ["latchkey.a.b-c", "latchkey.a-b.c"],
  ["sftp.a.b", "sftp.a.b_c"],
  ["provider.a.b", "sftp.a.b"],
];

/** What the published vectors are by this implementation. */
export function buildVectors() {
  return {
    version: 1,
    limits: { keyBytes: 200, nameBytes: 200, ...smallestEnvLimits },
    reserved: { prefixes: reservedPrefixes.toSorted(), names: reservedNames.toSorted() },
    keys: keyCases().map((given) => ({
      ...given,
      ...outcomeOf(() => ({ name: mapToEnvName(given.key, { appId: given.app, envName: given.envName }) })),
    })),
    collisions: meetingKeys.map((keys) => {
      const names = new Set(keys.map((key) => mapToEnvName(key, { appId: "latchkey" })));
      return { app: "latchkey", keys, collide: names.size === 1 };
    }),
    segments: segmentIds.map((id) => ({ id, segment: segmentFromId(id) })),
    aliases: aliasCases.map((given) => ({
      app: "latchkey",
      ...given,
      ...outcomeOf(() => aliasNames(given)),
    })),
    names: [
      "path",
      "Path",
      "pAtH",
      "npm_config_registry",
      "http_proxy",
      "ComSpec",
      "ld_preload",
      "Electron_X",
    ]
      .concat("OPENAI_API_KEY", "PATHS", "HOMEPAGE_TOKEN", "NPM_TOKEN", "MY_PATH", "NODE", "TOKEN")
      .map((name) => ({ name, reserved: isReservedName(name) })),
  };
}

function aliasNames({ keys, aliases }: AliasCase): Outcome {
  const entries = keys.map((text) => {
    const key = SecretKey.parse(text);
    return { key, envName: mapToEnvName(key, { appId: "latchkey" }) };
  });
  const parsed = aliases.map(({ key, envName }) => ({ key: SecretKey.parse(key), envName }));
  const all = addAliases(entries, parsed).map(({ key, envName }): [string, string] => [envName, key]);
  return { names: Object.fromEntries(all) };
}

function outcomeOf(run: () => Outcome): Outcome {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { rule } = error.details;
    return { refused: error.code, ...(typeof rule === "string" ? { rule } : {}) };
  }
}
