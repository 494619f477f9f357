import { defineProject } from "vitest/config";

export default defineProject({
  // Several tests start processes, on machines that may be busy with others.
  test: { name: "server", include: ["src/**/*.test.ts", "test/**/*.test.ts"], testTimeout: 30_000 },
});
