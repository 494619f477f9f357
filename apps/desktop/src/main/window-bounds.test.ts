import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { fitBounds, readWindowBounds, writeWindowBounds } from "./window-bounds.ts";

const display = { x: 0, y: 0, width: 1920, height: 1080 };

test("a window comes back where it was", () => {
  const bounds = { x: 100, y: 50, width: 1000, height: 700 };
  expect(fitBounds(bounds, [display])).toEqual(bounds);
});

test("a window on a display that is gone opens at the default place and size", () => {
  expect(fitBounds({ x: 3000, y: 0, width: 1000, height: 700 }, [display])).toEqual({
    width: 1080,
    height: 720,
  });
});

test("a window that hangs over the edge is moved inside and cut to the display", () => {
  expect(fitBounds({ x: 1500, y: -20, width: 4000, height: 100 }, [display])).toEqual({
    x: 0,
    y: 0,
    width: 1920,
    height: 600,
  });
});

test("what was written is read back, and a damaged file counts as none", () => {
  const folder = mkdtempSync(join(tmpdir(), "latchkey-bounds-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "new", "window.json");
  const state = { version: 1, bounds: { x: 1, y: 2, width: 900, height: 600 }, isMaximized: true } as const;
  writeWindowBounds(file, state);
  expect(readWindowBounds(file)).toEqual(state);
  writeFileSync(file, "{");
  expect(readWindowBounds(file)).toBeUndefined();
});
