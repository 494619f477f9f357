import { defineProject } from "vitest/config";

export default defineProject({
  test: {
    name: "connections",
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    // Programs of others take their time to start on a busy machine; nothing here waits for time to pass.
    testTimeout: 20_000,
  },
});
