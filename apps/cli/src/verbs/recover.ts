import { AppError } from "@latchkey/api-contracts/errors";
import { foldersOf, recoverStore } from "@latchkey/host";
import type { LeftEntry } from "@latchkey/secrets-core";
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
  await using opened = await openOrRebuild(context);
  if ("rebuilt" in opened) return;
  const { store } = opened;
  const keys = [...new Set((await store.strangers()).entries.map(({ key }) => key))];
  for (const key of keys) note(key);
  if (keys.length === 0 || options.plan) return tell(context, [], []);
  if (!options.yes) await askYes(context, t("ask.recover", { count: keys.length }));
  const { adopted, left } = await store.adopt();
  tell(context, adopted, left);
}

/** The store; when its index was damaged it is built anew, and that is told. */
async function openOrRebuild(context: Context): Promise<OpenedStore | (AsyncDisposable & { rebuilt: true })> {
  try {
    return await openStoreForPerson();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "files.corrupt") throw error;
    const recovery = await recoverStore(foldersOf("latchkey"));
    if (recovery.state === "sound") throw error;
    tell(context, recovery.recovered, recovery.left);
    return { rebuilt: true, [Symbol.asyncDispose]: async () => undefined };
  }
}

function tell({ t, answer }: Context, recovered: readonly string[], left: readonly LeftEntry[]): void {
  const lines = [
    ...recovered.map((key) => t("done.recovered", { key })),
    ...left.map(({ key }) => t("done.notRecovered", { key })),
  ];
  answer(
    "recover",
    { recovered: [...recovered], left: [...left] },
    lines.length > 0 ? lines : [t("done.nothing")],
  );
}
