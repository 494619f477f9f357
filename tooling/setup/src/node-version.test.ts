import { expect, test } from "vitest";
import { nodeComplaint } from "./node-version.mjs";

test("Linux x64 brings its own Node 24, so any Node from 20.11 on is enough to begin with", () => {
  const linux = { platform: "linux", arch: "x64" };
  expect([
    nodeComplaint({ ...linux, version: "18.20.4" }),
    nodeComplaint({ ...linux, version: "20.10.0" }),
    nodeComplaint({ ...linux, version: "20.11.0" }),
    nodeComplaint({ ...linux, version: "26.1.0" }),
  ]).toEqual([
    "This is Node 18.20.4. Latchkey needs Node 20.11.0 or newer to set itself up.",
    "This is Node 20.10.0. Latchkey needs Node 20.11.0 or newer to set itself up.",
    undefined,
    undefined,
  ]);
});

test("elsewhere Node 24 is asked for", () => {
  const mac = { platform: "darwin", arch: "arm64" };
  expect([
    nodeComplaint({ ...mac, version: "22.1.0" }),
    nodeComplaint({ ...mac, version: "24.0.0" }),
  ]).toEqual(["This is Node 22.1.0. On darwin arm64 Latchkey needs Node 24 or newer.", undefined]);
});
