import { AppError } from "@latchkey/api-contracts/errors";
import { foldersOf, recoverStore } from "@latchkey/host";
import { type LeftEntry, unreachable } from "@latchkey/secrets-core";
import { askYes } from "../ask.ts";
import type { Context } from "../context.ts";
import { type OpenedStore, openStoreForPerson } from "../open-store.ts";

/**
 * `latchkey recover`: takes the entries that lie in the storage and are in no index into the index, one that is
 * damaged with its copy included. No entry is changed or removed.
 */
export async function recover(
  context: Context,
  _words: readonly string[],
  options: { yes?: boolean; plan?: boolean },
): Promise<void> {
  const { t, note } = context;
  await using opened = await openOrRebuild(context, options);
  if (!("store" in opened)) return;
  const { store } = opened;
  const status = store.status();
  if (!status.readable) throw unreachable(status.storageBackend, status.reason);
  const keys = [...new Set((await store.strangers()).entries.map(({ key }) => key))];
  if (keys.length === 0) return tell(context, [], []);
  if (options.plan) return tellPlan(context, [...keys, t("done.wouldRecover", { count: keys.length })]);
  if (!options.yes) {
    for (const key of keys) note(key);
    await askYes(context, t("ask.recover", { count: keys.length }));
  }
  const { adopted, left } = await store.adopt({ envNames: suggestedNames(keys) });
  tell(context, adopted, left);
}

/** The store. When its index is damaged it is built anew or, with `--plan`, is not, and that is told. */
async function openOrRebuild(
  context: Context,
  { plan }: { plan?: boolean },
): Promise<OpenedStore | AsyncDisposable> {
  const none = { [Symbol.asyncDispose]: async () => undefined };
  try {
    return await openStoreForPerson();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "files.corrupt") throw error;
    if (plan) {
      tellPlan(context, [context.t("done.wouldRebuild")]);
      return none;
    }
    const recovery = await recoverStore(foldersOf("latchkey"));
    if (recovery.state === "sound") throw error;
    tell(context, recovery.recovered, recovery.left);
    return none;
  }
}

/** The keychain does not tell the variable of an `install.` key; its key most often does. */
function suggestedNames(keys: readonly string[]): Record<string, string> {
  const install = keys.filter((key) => key.startsWith("install."));
  return Object.fromEntries(
    install.map((key) => [key, key.slice("install.".length).toUpperCase().replaceAll("-", "_")]),
  );
}

function tellPlan({ answer }: Context, lines: readonly string[]): void {
  answer("recover", { recovered: [], left: [] }, lines);
}

function tell({ t, answer }: Context, recovered: readonly string[], left: readonly LeftEntry[]): void {
  const lines = [
    ...recovered.map((key) => t("done.recovered", { key })),
    ...left.map(({ key, code }) =>
      t(code === "secrets.invalid-key" ? "done.noVariable" : "done.notRecovered", { key }),
    ),
  ];
  answer(
    "recover",
    { recovered: [...recovered], left: [...left] },
    lines.length > 0 ? lines : [t("done.nothing")],
  );
}
