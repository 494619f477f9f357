import type { Host } from "@latchkey/host";
import { app } from "electron";

/** The server ends before the app does, and within its limits. */
export function endWithApp(host: Host): void {
  let isOver = false;
  app.on("before-quit", (event) => {
    if (isOver) return;
    event.preventDefault();
    isOver = true;
    void Promise.resolve(host[Symbol.asyncDispose]()).finally(() => app.quit());
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => app.quit());
}
