import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

// Many tests wait for processes of theirs, so that each core can have a worker.
export default defineConfig({
  test: {
    projects: ["{apps,packages,tooling}/*/vitest.config.ts"],
    maxWorkers: Math.max(2, availableParallelism()),
  },
});
