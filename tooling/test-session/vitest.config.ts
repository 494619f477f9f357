import { defineProject } from "vitest/config";

export default defineProject({
  // Each test starts a desktop session, on machines that may be busy with others.
  test: { name: "test-session", include: ["src/**/*.test.ts", "test/**/*.test.ts"], testTimeout: 30_000 },
});
