import { defineProject } from "vitest/config";

export default defineProject({
  test: {
    name: "host",
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    // Real processes on a machine that may be busy; what ends a hang is the limit of the supervisor itself.
    testTimeout: 30_000,
  },
});
