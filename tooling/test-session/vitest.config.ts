import { defineProject } from "vitest/config";

export default defineProject({
  test: { name: "test-session", include: ["src/**/*.test.ts", "test/**/*.test.ts"] },
});
