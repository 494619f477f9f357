import { expect, test } from "vitest";
import { findUnsafeEnvironment } from "./unsafe-environment.ts";

const start = { env: { HOME: "/home/a" }, hasSwitch: () => false, isPackaged: true };

test("an ordinary start is allowed", () => {
  expect(findUnsafeEnvironment(start)).toBeUndefined();
});

test("a variable that makes Node or Chromium write secrets elsewhere stops the start and is named", () => {
  expect(findUnsafeEnvironment({ ...start, env: { SSLKEYLOGFILE: "/tmp/keys" } })).toMatch(
    /SSLKEYLOGFILE.*Unset it/,
  );
});

test("an empty variable does no harm", () => {
  expect(findUnsafeEnvironment({ ...start, env: { NODE_DEBUG: "" } })).toBeUndefined();
});

const hasSwitch = (name: string) => name === "remote-debugging-port";

test("debugging switches are refused in an installed app and allowed in development", () => {
  expect(findUnsafeEnvironment({ ...start, hasSwitch })).toMatch(/--remote-debugging-port/);
  expect(findUnsafeEnvironment({ ...start, hasSwitch, isPackaged: false })).toBeUndefined();
});
