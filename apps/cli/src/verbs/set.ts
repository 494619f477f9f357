import { buffer } from "node:stream/consumers";
import { AppError } from "@latchkey/api-contracts/errors";
import { storeNames } from "@latchkey/host";
import { mapToEnvName, unreachable } from "@latchkey/secrets-core";
import { askHidden } from "../ask.ts";
import { CliFailure } from "../cli-error.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { checkedKey, checkedName, readGiven } from "../given.ts";
import { openStoreForPerson } from "../open-store.ts";

/** `latchkey set KEY`: the value never stands on the command line. What can be refused without it is refused before it is asked for. */
export async function set(
  context: Context,
  [word = "", ...more]: readonly string[],
  options: { fromFile?: string; env?: string },
): Promise<void> {
  const { t, note } = context;
  if (more.length > 0 || word.includes("=")) {
    throw new CliFailure("cli.usage", exitCodes.usage, t("usage.valueOnCommandLine"), t("usage.valueHow"));
  }
  const key = checkedKey(word);
  await using opened = await openStoreForPerson();
  const { store } = opened;
  const known = await store.describe(key);
  const given = options.env === undefined ? undefined : checkedName(options.env);
  const envName = given ?? (key.startsWith("install.") ? known?.envName : undefined);
  mapToEnvName(key, { appId: storeNames.appId, envName });
  const status = store.status();
  if (!status.readable) throw unreachable(status.storageBackend, status.reason);
  const value = await valueOf(context, key, options.fromFile);
  const { change, secret } = await store.set(key, value, given === undefined ? {} : { envName: given });
  const storage = t(`storage.${secret.storageBackend}`);
  if (secret.protection === "none") note(t("done.weak", { reason: t(`reasons.${status.reason}`) }));
  context.answer("set", { change, secret }, [t(`done.${change}`, { ...secret, storage })]);
}

async function valueOf(context: Context, key: string, file: string | undefined): Promise<string> {
  const { t } = context;
  if (file !== undefined && file !== "-") return decode(key, await readGiven("--from-file", file));
  if (file === undefined && process.stdin.isTTY) {
    const hints = { noTerminal: t("usage.needsValue"), severalLines: `latchkey set ${key} --from-file FILE` };
    return askHidden(context, t("ask.value", { key }), hints);
  }
  const text = decode(key, await buffer(process.stdin));
  if (text === "")
    throw new CliFailure("cli.usage", exitCodes.usage, t("usage.cannotAsk"), t("usage.needsValue"));
  // `echo value | latchkey set` ends one line that is not meant; a text of several lines is taken as it is.
  return file === undefined && /^[^\n]*\r?\n$/.test(text) ? text.replace(/\r?\n$/, "") : text;
}

function decode(key: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new AppError("secrets.invalid-value", { key, rule: "not-text" });
  }
}
