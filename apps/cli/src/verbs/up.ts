import { once } from "node:events";
import { join } from "node:path";
import { foldersOf, type Host, openHost } from "@latchkey/host";
import { createNodeLauncher } from "@latchkey/supervisor";
import type { Context } from "../context.ts";
import { explainError } from "../text/error-text.ts";

/** `latchkey up`: store and supervised server without a window, until a signal ends both. */
export async function up(context: Context): Promise<void> {
  const { t, locale, say, note } = context;
  const stopped = Promise.race(["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => once(process, signal)));
  const server = join(import.meta.dirname, "server", "server.js");
  const launcher = createNodeLauncher({ command: process.execPath, args: [server] });
  await using host = await openHost({ folders: foldersOf("latchkey"), launcher });
  host.supervisor.subscribe(tellWhenHealthy(context, host));
  const status = host.store.status();
  if (!status.readable) note(t("done.waiting", { reason: t(`reasons.${status.reason}`) }));
  host.changes
    .deliver({ kind: "app-start", keys: [] })
    .catch((error: unknown) => note(explainError(t, locale, error).error.message));
  await stopped;
  say(t("done.stopping"));
}

function tellWhenHealthy({ t, say }: Context, host: Host): () => void {
  let told = 0;
  return () => {
    const { phase, generation } = host.supervisor.state();
    if (phase !== "healthy" || generation === told) return;
    told = generation;
    const storage = t(`storage.${host.store.status().storageBackend}`);
    say(t("done.healthy", { url: `http://127.0.0.1:${host.front.port}`, generation, storage }));
  };
}
