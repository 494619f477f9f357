import { expect, test } from "vitest";
import { buildPristineEnv, checkSnapshotNames } from "./pristine-env.ts";

test("holds the allow-listed variables of the parent, the snapshot and the control variables", () => {
  const env = buildPristineEnv({
    parentEnv: {
      PATH: "/bin",
      HOME: "/home/a",
      LD_PRELOAD: "/bad.so",
      NODE_OPTIONS: "--bad",
      AWS_SECRET: "canary",
    },
    platform: "linux",
    snapshot: { PROVIDER_A_KEY: "canary-a" },
    control: { LATCHKEY_SERVER_PORT: "0" },
  });
  expect(env).toEqual({
    PATH: "/bin",
    HOME: "/home/a",
    PROVIDER_A_KEY: "canary-a",
    LATCHKEY_SERVER_PORT: "0",
  });
});

test("finds the variables of Windows in whatever case they are spelled", () => {
  const parentEnv = { Path: "C:\\bin", SYSTEMROOT: "C:\\Windows", HOME: "C:\\a" };
  const env = buildPristineEnv({ parentEnv, platform: "win32", snapshot: {}, control: {} });
  expect(env).toEqual({ PATH: "C:\\bin", SystemRoot: "C:\\Windows" });
});

test.each([
  ["LATCHKEY_SERVER_TOKEN", "linux"],
  ["latchkey_anything", "linux"],
  ["PATH", "linux"],
  ["systemroot", "win32"],
] as const)("refuses %s in a snapshot on %s", (name, platform) => {
  expect(() => checkSnapshotNames([name], platform)).toThrow(
    expect.objectContaining({ code: "secrets.reserved-name" }),
  );
});
