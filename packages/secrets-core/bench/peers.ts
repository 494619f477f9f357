import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { type BenchContext, requireTools, type Tool } from "@latchkey/bench";

const run = promisify(execFile);

/** What is used of keytar. */
export type Keytar = {
  setPassword(service: string, account: string, value: string): Promise<void>;
  getPassword(service: string, account: string): Promise<string | null>;
  findCredentials(service: string): Promise<{ account: string }[]>;
};

/** Installs keytar and builds it. @throws Error that says in one sentence what to install for it and the other peers */
export async function loadKeytar({ installPeer }: BenchContext): Promise<Keytar> {
  await requireTools("secrets-core", tools);
  const folder = await installPeer("keytar@7.9.0");
  const isBuilt = await access(join(folder, "build", "Release", "keytar.node")).then(
    () => true,
    () => false,
  );
  if (!isBuilt) await run("npm", ["run", "build"], { cwd: folder });
  const keytar: Keytar = createRequire(join(folder, "package.json"))(folder);
  return keytar;
}

/** What the peers of the keychain are built with, and are. */
const tools: readonly Tool[] = [
  ["pkg-config", ["--version"], "pkg-config"],
  ["pkg-config", ["--exists", "libsecret-1", "gio-2.0"], "libsecret-1-dev"],
  ["g++", ["--version"], "g++"],
  ["make", ["--version"], "make"],
  ["secret-tool", ["search", "--help"], "libsecret-tools"],
];

/** What is used of conf. */
export type Conf = {
  set(key: string, value: string): void;
  get(key: string): unknown;
  readonly store: object;
};
export type ConfOptions = {
  cwd: string;
  encryptionKey: string;
  encryptionAlgorithm?: string;
  accessPropertiesByDotNotation: boolean;
};

export async function loadConf({ installPeer }: BenchContext): Promise<(options: ConfOptions) => Conf> {
  const folder = await installPeer("conf@16.0.0");
  const entry = pathToFileURL(join(folder, "dist", "source", "index.js")).href;
  const module: { default: new (options: ConfOptions) => Conf } = await import(entry);
  return (options) => new module.default({ ...options });
}

/** `secret-tool`, which gets the value over a pipe. */
export function createSecretTool(env: Readonly<Record<string, string>>) {
  return {
    async store(service: string, account: string, value: string): Promise<void> {
      const child = spawn(
        "secret-tool",
        ["store", "--label=bench", "service", service, "username", account],
        { env },
      );
      child.stdin.end(value);
      await once(child, "exit");
    },
    /** All entries of a service with their attributes and values, in one process. */
    async search(service: string): Promise<void> {
      await run("secret-tool", ["search", "--all", "service", service], { env, maxBuffer: 2 ** 26 });
    },
    async lookup(service: string, account: string): Promise<void> {
      await run("secret-tool", ["lookup", "service", service, "username", account], { env });
    },
  };
}

/** Builds the least that a C client needs for a batch: it prints the milliseconds of one, connection included. */
export async function buildBatchClient(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-bench-"));
  const [source, program] = [join(folder, "batch.c"), join(folder, "batch")];
  await writeFile(source, batchSource);
  const flags = (await run("pkg-config", ["--cflags", "--libs", "gio-2.0"])).stdout.trim().split(/\s+/);
  await run("gcc", ["-O2", "-o", program, source, ...flags]);
  return program;
}

export async function runBatchClient(
  program: string,
  service: string,
  env: Readonly<Record<string, string>>,
) {
  return Number((await run(program, [service], { env })).stdout);
}

const batchSource = `
#include <gio/gio.h>
#include <stdio.h>
static GVariant *call(GDBusConnection *bus, const char *member, GVariant *args) {
  GError *error = NULL;
  GVariant *answer = g_dbus_connection_call_sync(bus, "org.freedesktop.secrets", "/org/freedesktop/secrets",
    "org.freedesktop.Secret.Service", member, args, NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  if (!answer) { fprintf(stderr, "%s\\n", error->message); exit(1); }
  return answer;
}
int main(int argc, char **argv) {
  gint64 started = g_get_monotonic_time();
  GDBusConnection *bus = g_bus_get_sync(G_BUS_TYPE_SESSION, NULL, NULL);
  if (!bus) return 1;
  GVariantBuilder attributes;
  g_variant_builder_init(&attributes, G_VARIANT_TYPE("a{ss}"));
  g_variant_builder_add(&attributes, "{ss}", "service", argv[1]);
  GVariant *found = call(bus, "SearchItems", g_variant_new("(a{ss})", &attributes));
  GVariant *session = call(bus, "OpenSession", g_variant_new("(sv)", "plain", g_variant_new_string("")));
  const char *path;
  g_variant_get(session, "(v&o)", NULL, &path);
  GVariant *paths = g_variant_get_child_value(found, 0);
  GVariant *secrets = call(bus, "GetSecrets", g_variant_new("(@aoo)", paths, path));
  GVariant *map = g_variant_get_child_value(secrets, 0);
  if (g_variant_n_children(map) != g_variant_n_children(paths)) return 1;
  printf("%.3f\\n", (g_get_monotonic_time() - started) / 1000.0);
  return 0;
}
`;
