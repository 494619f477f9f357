import { expect, test } from "vitest";
import { arrows } from "./arrows.ts";
import { type Import, judge } from "./judge.ts";

const node = (specifier: string): Import => ({ specifier, isNode: true });
const npm = (specifier: string): Import => ({ specifier, isNode: false });
const file = (specifier: string, path: string): Import => ({ specifier, file: path, isNode: false });
const judgeOne = (path: string, ...imports: Import[]) => judge([{ path, imports }], arrows);

const contracts = file("@latchkey/api-contracts/ids", "packages/api-contracts/src/ids.ts");
const core = file("@latchkey/secrets-core", "packages/secrets-core/src/index.ts");

test("the arrows of the design are allowed", () => {
  expect([
    judgeOne(
      "packages/api-contracts/src/ids.ts",
      npm("zod"),
      file("./rules.ts", "packages/api-contracts/src/rules.ts"),
    ),
    judgeOne("packages/secrets-core/src/index.ts", contracts, npm("@napi-rs/keyring"), node("node:fs")),
    judgeOne("apps/server/src/env.ts", contracts, npm("hono")),
    judgeOne("apps/desktop/src/main/index.ts", contracts, core, npm("electron"), node("node:path")),
    judgeOne("apps/desktop/src/preload/index.ts", contracts, npm("electron")),
    judgeOne("apps/desktop/src/renderer/main.tsx", contracts, npm("react")),
  ]).toEqual([[], [], [], [], [], []]);
});

test.each([
  ["packages/api-contracts/src/ids.ts", npm("pino"), "of packages it may use zod."],
  ["packages/api-contracts/src/ids.ts", node("node:fs"), "Node's own modules are not for this part."],
  ["packages/secrets-core/src/index.ts", npm("electron"), "Electron is not for this part."],
  ["packages/supervisor/src/index.ts", core, "it may not import secrets-core."],
  ["apps/server/src/env.ts", core, "it may not import secrets-core."],
  ["apps/desktop/src/preload/index.ts", core, "it may not import secrets-core."],
  ["apps/desktop/src/preload/index.ts", node("node:fs"), "Node's own modules are not for this part."],
  ["apps/desktop/src/renderer/main.tsx", npm("electron"), "Electron is not for this part."],
  [
    "apps/desktop/src/renderer/main.tsx",
    file("../main/core.ts", "apps/desktop/src/main/core.ts"),
    "it may not import desktop main.",
  ],
  ["tooling/setup/bootstrap.mjs", npm("semver"), "it may use no package."],
])("%s may not import %o", (path, found, reason) => {
  expect(judgeOne(path, found)).toEqual([expect.stringContaining(reason)]);
});

test("another part is imported by its name, not by a path into it", () => {
  const byPath = file("../../api-contracts/src/ids.ts", "packages/api-contracts/src/ids.ts");
  expect(judgeOne("packages/secrets-core/src/index.ts", byPath)).toEqual([
    expect.stringContaining("name the package (api-contracts)"),
  ]);
});

test("a file that no row covers is a violation", () => {
  expect(judgeOne("packages/helpers/src/index.ts")).toEqual([
    "packages/helpers/src/index.ts is covered by no row of the arrows table.",
  ]);
});
