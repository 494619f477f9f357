import { app } from "electron";
import type { Core } from "./core.ts";

/** The server ends before the app does, and within its limits. */
export function endWithApp(core: Core): void {
  let isOver = false;
  app.on("before-quit", (event) => {
    if (isOver) return;
    event.preventDefault();
    isOver = true;
    void Promise.resolve(core[Symbol.asyncDispose]()).finally(() => app.quit());
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => app.quit());
}
