import { defineProject } from "vitest/config";

export default defineProject({
  test: { name: "extension-api", include: ["src/**/*.test.ts", "test/**/*.test.ts"] },
});
