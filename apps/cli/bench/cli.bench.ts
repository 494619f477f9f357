import { spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EnvName, ProviderId } from "@latchkey/api-contracts/ids";
import type { FieldName } from "@latchkey/api-contracts/providers";
import { type Bench, type BenchCase, measureMs, requireTools, type Tool } from "@latchkey/bench";
import { foldersOf, openHostConnections, openStore } from "@latchkey/host";

const secretCount = 50;
const connectionCount = 10;
const latchkey = join(import.meta.dirname, "../dist/latchkey.cjs");
const node = process.execPath;

type Env = Readonly<Record<string, string>>;
type Start = () => Promise<void>;

/** Starts a program without input or output, and resolves when it has ended well. */
function start(env: Env, program: string, ...args: readonly string[]): Start {
  return () =>
    new Promise((resolve, reject) => {
      const child = spawn(program, args, { env, stdio: "ignore" });
      child.once("error", reject);
      child.once("exit", (code) =>
        code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}`)),
      );
    });
}

/** CPU time of a program and all that it waited for; what a daemon spends for it is not in it. **Units** milliseconds. */
async function cpuMs(run: Start): Promise<number> {
  const before = await childCpu();
  await run();
  return (await childCpu()) - before;
}

/** Of all children that this process waited for, from the kernel's own count. **Units** milliseconds. */
async function childCpu(): Promise<number> {
  const text = await readFile("/proc/self/stat", "utf8");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

const runsForCpu = 2;

/** Ticks of the kernel are 10 ms, so several runs make one sample. */
async function meanCpuMs(run: Start): Promise<number> {
  return (
    (await cpuMs(async () => {
      for (let at = 0; at < runsForCpu; at += 1) await run();
    })) / runsForCpu
  );
}

async function keepSecrets(env: Env, count: number): Promise<void> {
  // The folders and the bus of the session are found through the environment.
  Object.assign(process.env, env);
  await using store = await openStore(foldersOf("latchkey"), async () => undefined);
  const keys = Array.from({ length: count }, (_, at) => `provider.bench.key-${at}`);
  await store.change(keys.map((key, at) => ({ op: "set", key, value: `canary-${at}-${"x".repeat(40)}` })));
}

const onAudit = async () => undefined;
const ignore = () => undefined;

/** Some of the secrets are then of connections, one of which also sets the variable of its provider. */
async function keepConnections(): Promise<void> {
  const folders = foldersOf("latchkey");
  await using secrets = await openStore(folders, onAudit);
  const told = { onAudit, onChanged: ignore, onProvidersChanged: ignore, onError: ignore };
  const { store } = await openHostConnections({ folders, secrets, ...told }).open();
  for (let at = 0; at < connectionCount; at += 1) {
    await store.create({
      providerId: "github" as ProviderId,
      scope: "user",
      displayName: `Account ${at}`,
      fields: {},
      secrets: { ["token" as FieldName]: `canary-${at}-${"x".repeat(40)}` },
      aliases: at === 0 ? ["GITHUB_TOKEN" as EnvName] : [],
    });
  }
}

/** What each secret is looked up by, as any client of the keychain would. */
async function accountsOf(data: string): Promise<string[]> {
  const lines = (await readFile(join(data, "secrets-index.json"), "utf8")).trimEnd().split("\n");
  const parts: { secrets?: Record<string, { version: string }> }[] = lines.map((line) => JSON.parse(line));
  const secrets = Object.assign({}, ...parts.map((part) => part.secrets ?? {}));
  return Object.entries<{ version: string }>(secrets).map(([key, { version }]) => `'${key}#${version}'`);
}

/** A password store with the same secrets, and the shell loop that puts them into the environment of a program. */
async function passLoop(env: Env, folder: string): Promise<Start> {
  const own = { ...env, GNUPGHOME: join(folder, "gnupg"), PASSWORD_STORE_DIR: join(folder, "pass") };
  await mkdir(own.GNUPGHOME, { mode: 0o700 });
  const quick = ["--batch", "--passphrase", "", "--quick-generate-key", "bench@latchkey.invalid", "default"];
  await start(own, "gpg", ...quick)();
  await start(own, "pass", "init", "bench@latchkey.invalid")();
  const insert = `i=0; while [ $i -lt ${secretCount} ]; do printf 'canary-%s' "$i" | pass insert -m "k$i"; i=$((i+1)); done`;
  await start(own, "sh", "-c", insert)();
  const show = `i=0; while [ $i -lt ${secretCount} ]; do export "K$i=$(pass show "k$i")"; i=$((i+1)); done; exec true`;
  return start(own, "sh", "-c", show);
}

const tools: readonly Tool[] = [
  ["gpg", ["--version"], "gnupg"],
  ["pass", ["--version"], "pass"],
  ["secret-tool", ["search", "--help"], "libsecret-tools"],
];

export const bench: Bench = {
  rounds: 5,
  async open({ env, installPeer }) {
    await requireTools("cli", tools);
    const folder = await mkdtemp(join(tmpdir(), "lk-bench-cli-"));
    const own = { ...env, XDG_DATA_HOME: join(folder, "data"), HOME: folder };
    const connected = { ...own, XDG_DATA_HOME: join(folder, "connected") };
    await keepSecrets(connected, secretCount - connectionCount);
    await keepConnections();
    await keepSecrets(own, secretCount);
    const file = join(folder, ".env");
    const lines = Array.from(
      { length: secretCount },
      (_, at) => `BENCH_KEY_${at}="canary-${at}-${"x".repeat(40)}"`,
    );
    await writeFile(file, `${lines.join("\n")}\n`, { mode: 0o600 });
    const dotenvx = join(await installPeer("@dotenvx/dotenvx@2.38.2"), "src/cli/dotenvx.js");
    const dotenvCli = join(await installPeer("dotenv-cli@11.0.0"), "cli.js");
    const accounts = await accountsOf(foldersOf("latchkey").data);
    const lookUp = `for account in ${accounts.join(" ")}; do
  secret-tool lookup service latchkey username "$account" >/dev/null; done; exec true`;
    const starts: Record<string, Start> = {
      "dotenvx run": start(own, node, dotenvx, "run", "-f", file, "--", "true"),
      "dotenv-cli": start(own, node, dotenvCli, "-e", file, "--", "true"),
      "secret-tool loop": start(own, "sh", "-c", lookUp),
      "pass in a shell": await passLoop(own, folder),
      "node -e 0": start(own, node, "-e", "0"),
    };
    const ours = start(own, node, latchkey, "run", "--", "true");
    const caseOf = (name: string, measure: (run: Start) => Promise<number>): BenchCase => ({
      name: `run -- true with ${secretCount} secrets, ${name}`,
      unit: "ms",
      ours: () => measure(ours),
      others: Object.fromEntries(Object.entries(starts).map(([peer, run]) => [peer, () => measure(run)])),
      limit: () => measure(start(own, node, "-e", "0")),
    });
    return {
      cases: [
        caseOf("wall", measureMs),
        caseOf("CPU", meanCpuMs),
        {
          name: `run -- true with ${secretCount} secrets, ${connectionCount} of connections, CPU`,
          unit: "ms",
          ours: () => meanCpuMs(start(connected, node, latchkey, "run", "--", "true")),
          others: { "without connections": () => meanCpuMs(ours) },
        },
      ],
      close: () => rm(folder, { recursive: true, force: true }),
    };
  },
};
