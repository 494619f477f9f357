import { app } from "electron";

/** The parts end before the app does, in this order; the server among them within its limits. */
export function endWithApp(...parts: readonly AsyncDisposable[]): void {
  let isOver = false;
  app.on("before-quit", (event) => {
    if (isOver) return;
    event.preventDefault();
    isOver = true;
    void endAll(parts).finally(() => app.quit());
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => app.quit());
}

async function endAll(parts: readonly AsyncDisposable[]): Promise<void> {
  for (const part of parts) await Promise.resolve(part[Symbol.asyncDispose]()).catch(() => undefined);
}
