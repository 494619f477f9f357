import { createCipheriv, createDecipheriv, createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { type Bench, type BenchCase, type BenchContext, measureMs } from "@latchkey/bench";
import {
  createKeychainBackend,
  createSafeStorageBackend,
  openSecretStore,
  type SecretStore,
} from "../src/index.ts";
import { buildBatchClient, createSecretTool, loadConf, loadKeytar, runBatchClient } from "./peers.ts";

const sizes = process.env["BENCH_LARGE"] ? [1, 50, 200, 2_000] : [1, 50, 200];
const keyOf = (i: number) => `provider.bench${i}.token`;
const valueOf = (i: number) => `canary-${i}-${"x".repeat(40)}`;
const onAudit = async () => undefined;
const count = (n: number) => Array.from({ length: n }, (_, i) => i);

/** The store beside other clients of the same Secret Service, and its files beside other encrypted files. */
export const bench: Bench = {
  rounds: 7,
  open: async (context) => {
    // The peers take the bus from the process.
    process.env["DBUS_SESSION_BUS_ADDRESS"] = context.env["DBUS_SESSION_BUS_ADDRESS"];
    const folder = await mkdtemp(join(tmpdir(), "latchkey-bench-"));
    const cases = [...(await fileCases(context, folder)), ...(await keychainCases(context, folder))];
    return { cases, close: () => rm(folder, { recursive: true, force: true }) };
  },
};

async function keychainCases(context: BenchContext, root: string): Promise<BenchCase[]> {
  const keytar = await loadKeytar(context);
  const secretTool = createSecretTool(context.env);
  const batchClient = await buildBatchClient();
  const { AsyncEntry } = await import("@napi-rs/keyring");
  const raw = (account: string) => new AsyncEntry("raw", account, { linux: { store: "secret-service" } });

  const stores = await Promise.all(
    sizes.map(async (size) => {
      const service = `bench-${size}`;
      const store = await openIn(join(root, service), service, context);
      await store.change(count(size).map((i) => ({ op: "set", key: keyOf(i), value: valueOf(i) })));
      for (const i of count(size)) await keytar.setPassword(`keytar-${size}`, keyOf(i), valueOf(i));
      return { size, service, store };
    }),
  );
  const [{ store } = { store: undefined }] = stores;
  if (!store) return [];
  let round = 0;
  const changes: BenchCase[] = [
    {
      name: "keychain: set a known secret",
      unit: "ms",
      ours: () => measureMs(() => store.set(keyOf(0), `canary-${round++}`)),
      others: {
        "@napi-rs/keyring": () => measureMs(() => raw("account").setPassword(`canary-${round++}`)),
        keytar: () => measureMs(() => keytar.setPassword("keytar-1", keyOf(0), `canary-${round++}`)),
        "secret-tool": () => measureMs(() => secretTool.store("tool", "account", `canary-${round++}`)),
      },
    },
    {
      name: "keychain: get",
      unit: "ms",
      ours: () => measureMs(() => store.get(keyOf(0))),
      others: {
        "@napi-rs/keyring": () => measureMs(() => raw("account").getPassword()),
        keytar: () => measureMs(() => keytar.getPassword("keytar-1", keyOf(0))),
        "secret-tool": () => measureMs(() => secretTool.lookup("tool", "account")),
      },
    },
  ];
  const reads = stores.flatMap(({ size, service, store }): BenchCase[] => [
    {
      name: `keychain: list of ${size}`,
      unit: "ms",
      ours: () => measureMs(() => store.list()),
      others: {
        "keytar findCredentials": () => measureMs(() => keytar.findCredentials(`keytar-${size}`)),
        "secret-tool search": () => measureMs(() => secretTool.search(service)),
      },
    },
    {
      name: `keychain: cold snapshot of ${size}`,
      unit: "ms",
      ours: () =>
        withColdStore(join(root, service), service, context, (cold) => measureMs(() => cold.snapshot())),
      others: {
        "keytar one by one": () =>
          measureMs(async () => {
            for (const i of count(size)) await keytar.getPassword(`keytar-${size}`, keyOf(i));
          }),
        "keytar findCredentials": () => measureMs(() => keytar.findCredentials(`keytar-${size}`)),
        "secret-tool search": () => measureMs(() => secretTool.search(service)),
      },
      limit: () => runBatchClient(batchClient, service, context.env),
    },
    {
      name: `keychain: longest stall in a cold snapshot of ${size}`,
      unit: "ms",
      ours: () =>
        withColdStore(join(root, service), service, context, (cold) => longestStall(() => cold.snapshot())),
      others: {},
    },
  ]);
  return [...changes, ...reads];
}

function openIn(folder: string, service: string, { env }: BenchContext): Promise<SecretStore> {
  const backends = [createKeychainBackend({ service, env: () => ({ ...env }) })];
  return openSecretStore({ folder, appId: "latchkey", backends, onAudit });
}

/** A store whose connection was let go, as it is before the first read of a process. */
async function withColdStore(
  folder: string,
  service: string,
  { env }: BenchContext,
  use: (store: SecretStore) => Promise<number>,
): Promise<number> {
  const backend = createKeychainBackend({ service, env: () => ({ ...env }) });
  await using store = await openSecretStore({ folder, appId: "latchkey", backends: [backend], onAudit });
  await backend.close();
  return await use(store);
}

async function longestStall(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await work();
  delay.disable();
  // The monitor's own interval is no stall.
  return Math.max(0, delay.max / 1e6 - 1);
}

async function fileCases(context: BenchContext, root: string): Promise<BenchCase[]> {
  const createConf = await loadConf(context);
  return (
    await Promise.all(
      [200, 10_000].map(async (size): Promise<BenchCase[]> => {
        const folder = join(root, `files-${size}`);
        const cipher = createCipher();
        const open = () =>
          openSecretStore({
            folder,
            appId: "latchkey",
            backends: [createSafeStorageBackend({ folder, cipher })],
            onAudit,
          });
        const store = await open();
        await store.change(count(size).map((i) => ({ op: "set", key: keyOf(i), value: valueOf(i) })));
        const options = {
          cwd: join(root, `conf-${size}`),
          encryptionKey: "canary-encryption-key",
          encryptionAlgorithm: "aes-256-gcm",
          accessPropertiesByDotNotation: false,
        };
        const conf = createConf(options);
        Object.assign(conf, { store: Object.fromEntries(count(size).map((i) => [keyOf(i), valueOf(i)])) });
        let round = 0;
        return [
          {
            name: `safe-storage: durable set among ${size}`,
            unit: "ms",
            ours: () => measureMs(() => store.set(keyOf(0), `canary-${round++}`)),
            others: {
              "conf encrypted": () => measureMs(async () => conf.set(keyOf(0), `canary-${round++}`)),
            },
          },
          {
            name: `safe-storage: open and decrypt ${size}`,
            unit: "ms",
            ours: () =>
              measureMs(async () => {
                await using opened = await open();
                await opened.snapshot();
              }),
            others: {
              "conf encrypted": () =>
                measureMs(async () => {
                  const opened = createConf(options);
                  for (const i of count(size === 200 ? size : 1)) opened.get(keyOf(i));
                }),
            },
          },
        ];
      }),
    )
  ).flat();
}

function createCipher() {
  const key = createHash("sha256").update("canary-host").digest();
  const iv = Buffer.alloc(16);
  return {
    encrypt(text: string) {
      const cipher = createCipheriv("aes-256-cbc", key, iv);
      return Buffer.concat([cipher.update(text), cipher.final()]);
    },
    decrypt(sealed: Uint8Array) {
      const decipher = createDecipheriv("aes-256-cbc", key, iv);
      return Buffer.concat([decipher.update(sealed), decipher.final()]).toString();
    },
    describe: () => ({ isAvailable: true, name: "bench" }),
  };
}
