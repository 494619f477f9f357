import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describeRuntime, resolveRuntime } from "@latchkey/electron-runtime";
import { startTestSession } from "@latchkey/test-session";
import type { Bench, BenchContext } from "./bench.ts";
import { findBenches } from "./find-benches.ts";
import { installPeer } from "./install-peer.ts";
import { measureCase } from "./measure.ts";
import { formatTable } from "./table.ts";

/** `node src/main.ts [name…]`: runs the named benches, or all, and writes `bench-results/<name>.json`. */
const root = join(import.meta.dirname, "..", "..", "..");

/** A peer that does not end is left behind. **Units** milliseconds. */
const maxCloseMs = 20_000;

const benches = findBenches(root);
const wanted = process.argv.length > 2 ? process.argv.slice(2) : [...benches.keys()];
const unknown = wanted.filter((name) => !benches.has(name));
if (unknown.length > 0) {
  throw new Error(`There is no bench ${unknown.join(", ")}; there are: ${[...benches.keys()].join(", ")}.`);
}

const runtime = await resolveRuntime((progress) => process.stdout.write(`• ${progress}\n`));
process.stdout.write(`• ${describeRuntime(runtime)}\n`);
{
  await using session = await startTestSession({ keyring: "unlocked", display: true });
  const env = { ...session.env, ELECTRON_EXEC_PATH: runtime.path };
  for (const name of wanted) await runBench(name, { env, installPeer });
}
// Peers leave connections open that would keep this process alive.
process.exit();

async function runBench(name: string, context: BenchContext): Promise<void> {
  const { rounds, open } = await loadBench(benches.get(name) ?? "");
  const { cases, close } = await open(context);
  try {
    const results = [];
    for (const bench of cases) {
      process.stdout.write(`• ${name}: ${bench.name}\n`);
      results.push(await measureCase(bench, rounds));
    }
    await mkdir(join(root, "bench-results"), { recursive: true });
    await writeFile(join(root, "bench-results", `${name}.json`), `${JSON.stringify(results, null, 2)}\n`);
    process.stdout.write(`\n${name}, medians of ${rounds} rounds\n${formatTable(results)}\n`);
  } finally {
    const closed = close?.().catch(() => undefined);
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, maxCloseMs))]);
  }
}

async function loadBench(file: string): Promise<Bench> {
  const module: unknown = await import(pathToFileURL(file).href);
  if (!isBenchModule(module)) throw new TypeError(`${file} does not export a bench.`);
  return module.bench;
}

function isBenchModule(value: unknown): value is { bench: Bench } {
  return typeof value === "object" && value !== null && "bench" in value;
}
