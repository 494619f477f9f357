import { type FSWatcher, mkdirSync, watch } from "node:fs";

/** Long enough for the several files of one change, short enough to be seen at once. */
const SETTLE_MS = 100;

/**
 * Tells when a process may have changed the secrets or the connections (a file was replaced) or added to the activity log. What this
 * process does is told too, so the listeners compare.
 */
export function watchStore(
  folder: string,
  listeners: { readonly onSecrets: () => void; readonly onActivity: () => void },
): Disposable {
  const settlers = new Map([
    ["secrets-index.json", createSettler(listeners.onSecrets)],
    ["connections.json", createSettler(listeners.onSecrets)],
    ["activity.jsonl", createSettler(listeners.onActivity)],
  ]);
  let watcher: FSWatcher | undefined;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    watcher = watch(folder, { persistent: false }, (_event, name) => settlers.get(name ?? "")?.settle());
    // Without a watch the app still sees changes when its window gets the focus.
    watcher.on("error", () => watcher?.close());
  } catch {
    // As above: some file systems cannot be watched.
  }
  return {
    [Symbol.dispose]() {
      for (const settler of settlers.values()) settler.stop();
      watcher?.close();
    },
  };
}

/** Several calls in a row become one, `SETTLE_MS` after the first, so that a long row is told of meanwhile. */
function createSettler(onSettled: () => void) {
  let timer: NodeJS.Timeout | undefined;
  return {
    settle() {
      timer ??= setTimeout(() => {
        timer = undefined;
        onSettled();
      }, SETTLE_MS);
      timer.unref();
    },
    stop: () => clearTimeout(timer),
  };
}
