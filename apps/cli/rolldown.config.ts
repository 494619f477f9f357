import { readFileSync } from "node:fs";
import { chmod } from "node:fs/promises";
import { resolve } from "node:path";
import { defineConfig, type RolldownOptions } from "rolldown";

const here = (path: string) => resolve(import.meta.dirname, path);
const { version } = JSON.parse(readFileSync(here("package.json"), "utf8"));

const common = {
  platform: "node",
  // Loaded on use, with files of its own beside it.
  external: ["@napi-rs/keyring"],
} satisfies RolldownOptions;

export default defineConfig([
  {
    ...common,
    input: { latchkey: here("src/main.ts") },
    transform: { define: { CLI_VERSION: JSON.stringify(version) }, target: "node20.18" },
    plugins: [{ name: "executable", writeBundle: () => chmod(here("dist/latchkey.cjs"), 0o755) }],
    // Node starts a CommonJS program several milliseconds sooner than a module.
    output: {
      dir: here("dist"),
      format: "cjs",
      minify: true,
      entryFileNames: "[name].cjs",
      chunkFileNames: "[name]-[hash].cjs",
      cleanDir: true,
      // Each file that `run` loads costs it a third of a millisecond, so what it loads late is one file.
      codeSplitting: { groups: [{ name: "deliver", test: /(?:quick-crypto|audit-delivery)\.ts$/ }] },
    },
  },
  {
    ...common,
    input: { server: here("../server/src/main.ts") },
    // ssh2 has a part that asks where it lies.
    transform: { target: "node20.18", define: { __dirname: "import.meta.dirname" } },
    output: { dir: here("dist/server"), format: "esm", minify: true },
  },
]);
