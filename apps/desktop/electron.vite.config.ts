import { resolve } from "node:path";
import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "electron-vite";

const here = (path: string) => resolve(import.meta.dirname, path);

// The oldest runtime that the code runs on: Electron 33, with Node 20.18 and Chromium 130.
export default defineConfig({
  main: {
    build: {
      target: "node20.18",
      externalizeDeps: true,
      rollupOptions: {
        input: {
          index: here("src/main/index.ts"),
          server: here("../server/src/main.ts"),
        },
      },
    },
  },
  preload: {
    build: {
      target: "node20.18",
      minify: true,
      externalizeDeps: false,
      // A sandboxed preload cannot load a second file.
      isolatedEntries: true,
      rollupOptions: {
        input: {
          index: here("src/preload/index.ts"),
          consent: here("src/preload/consent.ts"),
          extension: here("src/preload/extension.ts"),
        },
        output: { format: "cjs", entryFileNames: "[name].cjs" },
      },
    },
  },
  renderer: {
    plugins: [react(), tailwindcss()],
    build: {
      target: "chrome130",
      minify: true,
      rollupOptions: {
        input: {
          index: here("src/renderer/index.html"),
          consent: here("src/renderer/consent/index.html"),
        },
      },
    },
  },
});
