import { readFile } from "node:fs/promises";
import { buffer } from "node:stream/consumers";
import { AppError } from "@latchkey/api-contracts/errors";
import { askHidden } from "../ask.ts";
import { CliFailure } from "../cli-error.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { openStoreForPerson } from "../open-store.ts";

/** `latchkey set KEY`: the value never stands on the command line. */
export async function set(
  context: Context,
  [key = "", ...more]: readonly string[],
  options: { fromFile?: string; env?: string },
): Promise<void> {
  const { t, note } = context;
  if (more.length > 0) {
    throw new CliFailure("cli.usage", exitCodes.usage, t("usage.valueOnCommandLine"), t("usage.valueHow"));
  }
  const value = await valueOf(context, key, options.fromFile);
  await using opened = await openStoreForPerson();
  const envName = options.env === undefined ? {} : { envName: options.env };
  const { change, secret } = await opened.store.set(key, value, envName);
  const { reason } = opened.store.status();
  const storage = t(`storage.${secret.storageBackend}`);
  if (secret.protection === "none") note(t("done.weak", { reason: t(`reasons.${reason}`) }));
  context.answer("set", { change, secret }, [t(`done.${change}`, { ...secret, storage })]);
}

async function valueOf(context: Context, key: string, file: string | undefined): Promise<string> {
  const { t } = context;
  if (file !== undefined && file !== "-") return decode(key, await readAll(file));
  if (file === undefined && process.stdin.isTTY) {
    return askHidden(context, t("ask.value", { key }), t("usage.needsValue"));
  }
  const text = decode(key, await buffer(process.stdin));
  if (text === "")
    throw new CliFailure("cli.usage", exitCodes.usage, t("usage.needsTerminal"), t("usage.needsValue"));
  // `echo value | latchkey set` ends one line that is not meant; a text of several lines is taken as it is.
  return file === undefined && /^[^\n]*\r?\n$/.test(text) ? text.replace(/\r?\n$/, "") : text;
}

async function readAll(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new AppError("files.failed", { file: "--from-file", operation: "read", reason });
  }
}

function decode(key: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new AppError("secrets.invalid-value", { key, rule: "not-text" });
  }
}
