import { expect, test } from "vitest";
import { requirePrograms } from "./required-programs.ts";

test("missing programs are named with the command that installs them", () => {
  expect(() => requirePrograms(["Xvfb", "gnome-keyring-daemon"], "/nowhere")).toThrow(
    "A test session needs Xvfb, gnome-keyring-daemon. Run: sudo apt-get update && sudo apt-get install -y xvfb gnome-keyring",
  );
});

test("nothing is thrown when every program is on the path", () => {
  expect(() => requirePrograms(["Xvfb"])).not.toThrow();
});
