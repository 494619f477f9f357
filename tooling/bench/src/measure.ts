import type { BenchCase } from "./bench.ts";

/** Medians of one case: what `bench-results/<name>.json` holds an array of. */
export type BenchResult = {
  case: string;
  unit: string;
  ours: number;
  others: Record<string, number>;
  limit?: number;
  rounds: number;
};

/**
 * Measures a case: in every round us, each peer and the limit in turn, so that what else the machine does meets all
 * alike. One more round goes first and does not count.
 */
export async function measureCase(bench: BenchCase, rounds: number): Promise<BenchResult> {
  const ours: number[] = [];
  const limit: number[] = [];
  const others = Object.entries(bench.others).map(([name, measure]) => ({
    name,
    measure,
    samples: [] as number[],
  }));
  for (let round = 0; round <= rounds; round += 1) {
    const isCounted = round > 0;
    const take = async (samples: number[], measure: () => Promise<number>) => {
      const sample = await measure();
      if (isCounted) samples.push(sample);
    };
    await take(ours, bench.ours);
    for (const { samples, measure } of others) await take(samples, measure);
    if (bench.limit !== undefined) await take(limit, bench.limit);
  }
  return {
    case: bench.name,
    unit: bench.unit,
    ours: median(ours),
    others: Object.fromEntries(others.map(({ name, samples }) => [name, median(samples)])),
    ...(bench.limit === undefined ? {} : { limit: median(limit) }),
    rounds,
  };
}

/** The middle of the samples, with two decimals. */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(middle)] ?? Number.NaN;
  return Math.round(((low + high) / 2) * 100) / 100;
}
