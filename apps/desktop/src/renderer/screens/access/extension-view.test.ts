import { expect, test } from "vitest";
import { extensionView } from "./extension-view.ts";

test.each([
  ["that runs can be stopped", { status: "active", stop: null }, "active", "ok", "stop"],
  ["that starts can be stopped", { status: "starting", stop: null }, "starting", "busy", "stop"],
  ["without code has nothing to start", { status: "ready", stop: null }, "ready", "neutral", undefined],
  [
    "that the person stopped is no cause for worry",
    { status: "stopped", stop: "person" },
    "stopped",
    "neutral",
    "start",
  ],
  [
    "that stopped by itself is marked",
    { status: "stopped", stop: "unresponsive" },
    "stopped",
    "warn",
    "start",
  ],
  ["that crashed is said to have", { status: "stopped", stop: "crashes" }, "crashed", "danger", "start"],
  [
    "that crashed too often is blocked first of all",
    { status: "blocked", stop: "crashes" },
    "blocked",
    "danger",
    "start",
  ],
] as const)("an extension %s", (_name, state, word, tone, action) => {
  expect(extensionView(state)).toEqual({ word, tone, action });
});
