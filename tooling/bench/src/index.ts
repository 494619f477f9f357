export type { Bench, BenchCase, BenchContext, Measure, OpenBench } from "./bench.ts";
export { measureMs } from "./bench.ts";
export { requireTools, type Tool } from "./require-tools.ts";
