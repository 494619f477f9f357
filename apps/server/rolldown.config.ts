import { fileURLToPath } from "node:url";
import { defineConfig } from "rolldown";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  input: here("src/main.ts"),
  platform: "node",
  // ssh2 has a part that asks where it lies.
  transform: { target: "node20.18", define: { __dirname: "import.meta.dirname" } },
  output: { dir: here("dist"), format: "esm", minify: true },
});
