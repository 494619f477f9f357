import { defineProject } from "vitest/config";

export default defineProject({
  test: {
    name: "secrets-core",
    include: ["src/**/*.test.ts", "test/**/*.test.ts"],
    // A keyring daemon on a busy machine takes its time; nothing here waits for time to pass.
    testTimeout: 20_000,
    // No module here keeps state of its own, so the files may share one load of them.
    isolate: false,
    globalSetup: ["@latchkey/test-session/vitest-setup"],
  },
});
