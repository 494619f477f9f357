import { defineProject } from "vitest/config";

export default defineProject({
  test: {
    name: "cli",
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    testTimeout: 60_000,
    isolate: false,
    globalSetup: ["./test/build.ts", "@latchkey/test-session/vitest-setup"],
  },
});
