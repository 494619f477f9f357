import { defineConfig } from "vite";

// One module with all it needs inside: an extension is loaded from its folder and from nowhere else.
export default defineConfig({
  build: { target: "chrome130", lib: { entry: "src/main.ts", formats: ["es"], fileName: "main" } },
});
