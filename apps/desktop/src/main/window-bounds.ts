import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod";

export const MIN_SIZE = { width: 900, height: 600 };
const DEFAULT_SIZE = { width: 1080, height: 720 };

const Rectangle = z.object({ x: z.int(), y: z.int(), width: z.int(), height: z.int() });
type Rectangle = z.infer<typeof Rectangle>;

const WindowBounds = z.object({ version: z.literal(1), bounds: Rectangle, isMaximized: z.boolean() });
export type WindowBounds = z.infer<typeof WindowBounds>;

/** The bounds that the window had last, moved and cut to fit a display that is there now. */
export function fitBounds(last: Rectangle | undefined, workAreas: readonly Rectangle[]): Partial<Rectangle> {
  const area = last && workAreas.find((candidate) => overlaps(candidate, last));
  if (!last || !area) return DEFAULT_SIZE;
  const width = Math.min(Math.max(last.width, MIN_SIZE.width), area.width);
  const height = Math.min(Math.max(last.height, MIN_SIZE.height), area.height);
  return {
    width,
    height,
    x: clamp(last.x, area.x, area.x + area.width - width),
    y: clamp(last.y, area.y, area.y + area.height - height),
  };
}

function overlaps(a: Rectangle, b: Rectangle): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), Math.max(low, high));
}

/** A missing or damaged file gives `undefined`: the window then opens at its default size. */
export function readWindowBounds(file: string): WindowBounds | undefined {
  try {
    return WindowBounds.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    return undefined;
  }
}

/** Written while the window closes, when nothing asynchronous would finish; losing it costs a window's place. */
export function writeWindowBounds(file: string, state: WindowBounds): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, JSON.stringify(state), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
