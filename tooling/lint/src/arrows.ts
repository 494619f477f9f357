/** What the files of one part may import, beside each other. The first row that matches a file is its row. */
export type Row = {
  part: string;
  files: RegExp;
  /** The parts it may import, by package name. */
  parts: readonly string[];
  /** The packages from the registry; `any` excludes electron. */
  packages: readonly string[] | "any";
  /** Node's own modules. */
  node: boolean;
  electron: boolean;
};

const libraries = [
  "api-contracts",
  "secrets-core",
  "supervisor",
  "host",
  "connections",
  "deployment",
  "extension-api",
];

const inNode = { packages: "any", node: true, electron: false } as const;

/** The rows of a library or an application; its tests may use more than it may itself. */
function part(name: string, folder: string, parts: readonly string[], limits: Partial<Row> = {}): Row[] {
  const tests = new RegExp(
    `^${folder}/(src/.*\\.test\\.tsx?$|test/|examples/|scripts/|bench/|soak/|[^/]*\\.bench\\.ts$|src/.*\\.bench\\.ts$)`,
  );
  const own = { ...inNode, part: name };
  return [
    { ...own, part: `${name} (tests)`, files: tests, parts: [name, ...parts, "test-session", "bench"] },
    { ...own, files: new RegExp(`^${folder}/src/`), parts, ...limits },
  ];
}

/** The arrows of the design, with the files that stand around the parts. */
export const arrows: readonly Row[] = [
  {
    ...inNode,
    part: "tool settings",
    files: /^(?:apps|packages|tooling|examples\/extensions)\/[^/]+\/[^/]+\.config\.ts$/,
    parts: ["test-session"],
  },

  ...part("api-contracts", "packages/api-contracts", [], { packages: ["zod"], node: false }),
  ...part("secrets-core", "packages/secrets-core", ["api-contracts"]),
  ...part("supervisor", "packages/supervisor", ["api-contracts"]),
  ...part("host", "packages/host", ["api-contracts", "secrets-core", "supervisor", "connections"]),
  ...part("connections", "packages/connections", ["api-contracts", "secrets-core"]),
  ...part("deployment", "packages/deployment", ["api-contracts", "secrets-core"]),
  ...part("extension-api", "packages/extension-api", ["api-contracts"]),

  ...part("example extensions", "examples/extensions/[^/]+", ["extension-api"], {
    packages: [],
    node: false,
  }),

  ...part("server", "apps/server", ["api-contracts"]),
  ...part("cli", "apps/cli", libraries),

  desktopTests(),
  {
    ...inNode,
    part: "desktop main",
    files: /^apps\/desktop\/src\/main\//,
    parts: [...libraries, "desktop locales"],
    electron: true,
  },
  {
    ...inNode,
    part: "desktop preload",
    files: /^apps\/desktop\/src\/preload\//,
    parts: ["api-contracts"],
    node: false,
    electron: true,
  },
  {
    ...inNode,
    part: "desktop renderer",
    files: /^apps\/desktop\/src\/renderer\//,
    parts: ["api-contracts", "desktop locales"],
    node: false,
  },
  {
    ...inNode,
    part: "desktop locales",
    files: /^apps\/desktop\/src\/locales\//,
    parts: [],
    packages: [],
    node: false,
  },

  { ...inNode, part: "setup (tests)", files: /^tooling\/setup\/.*\.test\.ts$/, parts: ["setup"] },
  { ...inNode, part: "setup", files: /^tooling\/setup\//, parts: [], packages: [] },
  {
    ...inNode,
    part: "default application",
    files: /^tooling\/electron-runtime\/default-app\//,
    parts: [],
    packages: [],
    electron: true,
  },
  ...part("electron-runtime", "tooling/electron-runtime", []),
  ...part("test-session", "tooling/test-session", [], { packages: ["vitest", "@homebridge/dbus-native"] }),
  ...part("lint", "tooling/lint", []),
  ...part("library check", "tooling/library", []),
  ...part("check", "tooling/check", ["electron-runtime", "test-session"]),
  ...part("bench", "tooling/bench", ["electron-runtime", "test-session"]),
];

function desktopTests(): Row {
  const files = /^apps\/desktop\/(src\/.*\.test\.tsx?$|test\/|e2e\/|bench\/|[^/]*\.bench\.ts$)/;
  const desktop = ["desktop main", "desktop preload", "desktop renderer", "desktop locales"];
  return {
    ...inNode,
    part: "desktop (tests)",
    files,
    parts: [...libraries, ...desktop, "test-session", "bench"],
    electron: true,
  };
}
