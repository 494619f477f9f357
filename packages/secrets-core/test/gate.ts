/** A promise that a test resolves when it wants. */
export function makeGate(): { opened: Promise<void>; open: () => void } {
  const gate: { open?: () => void } = {};
  const opened = new Promise<void>((resolve) => (gate.open = resolve));
  return { opened, open: () => gate.open?.() };
}
