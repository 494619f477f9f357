/** Does the work once and returns one measurement, in the unit of its case. */
export type Measure = () => Promise<number>;

/** One thing that is measured: by us, by peers, and by the least that the machine allows. */
export type BenchCase = {
  name: string;
  /** `ms`, `MB`, `requests/s`. */
  unit: string;
  ours: Measure;
  /** Peers by name. */
  others: Readonly<Record<string, Measure>>;
  /** The physical limit: the same outcome with nothing of ours around it. */
  limit?: Measure;
};

/** What a bench may ask of the runner. */
export type BenchContext = {
  /** The environment of a test session with an unlocked keyring and a display, with `ELECTRON_EXEC_PATH` in it. */
  env: Readonly<Record<string, string>>;
  /** Installs a package of the registry into the cache folder and returns its folder. */
  installPeer: (spec: `${string}@${string}`) => Promise<string>;
};

/** A bench that was opened: its cases, and what ends whatever it started. */
export type OpenBench = { cases: readonly BenchCase[]; close?: () => Promise<void> };

/** What a file `<name>.bench.ts` exports as `bench`. */
export type Bench = {
  /** How often each measure is taken; the first round warms up and does not count. */
  rounds: number;
  open: (context: BenchContext) => Promise<OpenBench>;
};

/** How long the work takes, in milliseconds. */
export async function measureMs(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
