import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { expect, test } from "vitest";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

test("a start loads a few files of its own, and no framework or validator", async () => {
  const bundle = await rolldown({ input: main, platform: "node" });
  const { output } = await bundle.generate({ format: "esm" });
  const chunks = output.filter((part) => part.type === "chunk");
  const start = chunks.find(({ isEntry }) => isEntry);
  const atStart = [start, ...chunks.filter(({ fileName }) => start?.imports.includes(fileName))];
  const modules = atStart.flatMap((chunk) => chunk?.moduleIds ?? []).filter((id) => !id.startsWith("\0"));
  expect(modules.length).toBeGreaterThan(5);
  expect(modules.filter((id) => id.includes("node_modules/"))).toEqual([]);
  expect(chunks.flatMap(({ moduleIds }) => moduleIds).some((id) => id.includes("zod"))).toBe(true);
});
