import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { arrows } from "../src/arrows.ts";
import { judge } from "../src/judge.ts";
import { readGraph } from "../src/read-graph.ts";

test("an import against the arrows is found in TypeScript, also when it imports a type alone", async () => {
  const root = await makeCheckout({
    "packages/api-contracts/src/ids.ts":
      'import { readFile } from "node:fs/promises";\nexport const read = readFile;\n',
    "packages/supervisor/src/index.ts": 'export type { Store } from "../../secrets-core/src/index.ts";\n',
    "packages/secrets-core/src/index.ts": "export type Store = { keys: string[] };\n",
    "apps/desktop/src/renderer/main.tsx":
      'import type { App } from "electron";\nexport const app = <b>{"" as unknown as App}</b>;\n',
  });
  expect(judge(await readGraph(root), arrows).toSorted()).toEqual([
    "apps/desktop/src/renderer/main.tsx (desktop renderer) imports electron: Electron is not for this part.",
    "packages/api-contracts/src/ids.ts (api-contracts) imports fs/promises: Node's own modules are not for this part.",
    "packages/supervisor/src/index.ts (supervisor) imports ../../secrets-core/src/index.ts: it may not import secrets-core.",
  ]);
});

async function makeCheckout(files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "latchkey-arrows-"));
  onTestFinished(() => rm(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  return root;
}
