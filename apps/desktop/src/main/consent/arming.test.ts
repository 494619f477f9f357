import { expect, test } from "vitest";
import { ARMING_MS, createArming } from "./arming.ts";

/** A window whose state and events the test sets; its clock stands until it is moved. */
function watch() {
  const listeners = new Map<string, () => void>();
  const window = { isDestroyed: false, isVisible: true, isFocused: true };
  const clock = { nowMs: 1_000 };
  const arming = createArming(
    {
      isDestroyed: () => window.isDestroyed,
      isVisible: () => window.isVisible,
      isFocused: () => window.isFocused,
      on: (event, listener) => listeners.set(event, listener),
    },
    () => clock.nowMs,
  );
  return {
    window,
    clock,
    emit: (event: string) => listeners.get(event)?.(),
    isArmed: () => arming.isArmed(),
  };
}

test("a yes counts once the window has been there for half a second", () => {
  const { clock, isArmed } = watch();
  const before = isArmed();
  clock.nowMs += ARMING_MS - 1;
  const shortly = isArmed();
  clock.nowMs += 1;
  expect([before, shortly, isArmed()]).toEqual([false, false, true]);
});

test.each(["show", "focus"])("the half second begins anew with %s", (event) => {
  const { clock, emit, isArmed } = watch();
  clock.nowMs += 10 * ARMING_MS;
  emit(event);
  const after = isArmed();
  clock.nowMs += ARMING_MS;
  expect([after, isArmed()]).toEqual([false, true]);
});

test.each([
  ["behind another window", { isFocused: false }],
  ["hidden", { isVisible: false }],
  ["gone", { isDestroyed: true }],
])("from a window that is %s no yes counts, however long it was there", (_what, change) => {
  const { window, clock, isArmed } = watch();
  clock.nowMs += 10 * ARMING_MS;
  Object.assign(window, change);
  expect(isArmed()).toBe(false);
});
