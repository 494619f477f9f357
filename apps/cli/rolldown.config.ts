import { resolve } from "node:path";
import { defineConfig } from "rolldown";

const here = (path: string) => resolve(import.meta.dirname, path);

export default defineConfig({
  input: { latchkey: here("src/main.ts"), server: here("../server/src/main.ts") },
  platform: "node",
  // Loaded on use, and with files of their own beside them.
  external: ["@napi-rs/keyring"],
  output: {
    dir: here("dist"),
    format: "esm",
    minify: true,
    chunkFileNames: "[name]-[hash].js",
    cleanDir: true,
  },
});
