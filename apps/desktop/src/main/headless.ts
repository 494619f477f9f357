import { once } from "node:events";
import { join } from "node:path";
import { findUnsafeEnvironment, foldersOf, type Host, openHost } from "@latchkey/host";
import { createNodeLauncher } from "@latchkey/supervisor";

/** The app's chain without a window: store, mapping, supervised server. Runs in Node, until a signal ends it. */
async function run(): Promise<void> {
  const unsafe = findUnsafeEnvironment({ env: process.env, hasSwitch: () => false, isPackaged: false });
  if (unsafe) throw new Error(unsafe);
  const server = join(import.meta.dirname, "server.js");
  const launcher = createNodeLauncher({ command: process.execPath, args: [server] });
  await using host = await openHost({ folders: foldersOf("latchkey"), launcher });
  const stopped = Promise.race(["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => once(process, signal)));
  host.supervisor.subscribe(printWhenHealthy(host));
  host.changes
    .deliver({ kind: "app-start", keys: [] })
    .catch((error: Error) => process.stderr.write(`${error.message}\n`));
  await stopped;
  process.stdout.write("Stopping.\n");
}

function printWhenHealthy(host: Host): () => void {
  let printed = 0;
  return () => {
    const { phase, generation } = host.supervisor.state();
    if (phase !== "healthy" || generation === printed) return;
    printed = generation;
    const { storageBackend, reason } = host.store.status();
    process.stdout.write(
      `The server is healthy at http://127.0.0.1:${host.front.port} (generation ${generation}; secrets kept in ${storageBackend}: ${reason}).\n` +
        "Press Ctrl+C to stop it.\n",
    );
  };
}

run().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
