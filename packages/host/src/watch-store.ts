import { type FSWatcher, mkdirSync, watch } from "node:fs";

/** Long enough for the several files of one change, short enough to be seen at once. */
const SETTLE_MS = 100;

/**
 * Tells when another process may have changed the secrets: the index was replaced. Changes of this process are told
 * too, so the listener compares.
 */
export function watchStore(folder: string, onChange: () => void): Disposable {
  let timer: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  const settle = () => {
    clearTimeout(timer);
    timer = setTimeout(onChange, SETTLE_MS);
    timer.unref();
  };
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    watcher = watch(folder, { persistent: false }, (_event, name) => {
      if (name === "secrets-index.json") settle();
    });
    // Without a watch the app still sees changes when its window gets the focus.
    watcher.on("error", () => watcher?.close());
  } catch {
    // As above: some file systems cannot be watched.
  }
  return {
    [Symbol.dispose]() {
      clearTimeout(timer);
      watcher?.close();
    },
  };
}
