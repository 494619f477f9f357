import { AppError } from "@latchkey/api-contracts/errors";
import { StorageReason } from "@latchkey/api-contracts/secrets";
import { CliFailure } from "../cli-error.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-codes.ts";
import { openStoreForPerson } from "../open-store.ts";
import { tableOf } from "../output/table.ts";
import { listWithVariables } from "../run/list-with-variables.ts";
import { matcherOf } from "../run/parse-run.ts";
import { explainError } from "../text/error-text.ts";
import { noteUnreadable } from "../unreadable.ts";

/** `latchkey env`: the variables that `run` would set, by name alone. */
export async function env(
  context: Context,
  _words: readonly string[],
  options: { only?: readonly string[] },
): Promise<void> {
  const { t } = context;
  await using opened = await openStoreForPerson();
  const { store, delivery } = opened;
  const snapshot = await delivery();
  const given = new Set<string>(snapshot.names);
  const { only = [] } = options;
  const listed = (await listWithVariables(store, snapshot)).filter(matcherOf(only));
  const named = listed.flatMap((secret) =>
    [secret.envName, ...secret.aliases].map((name) => ({ ...secret, name })),
  );
  if (named.length === 0 && only.length > 0) {
    throw new CliFailure("cli.no-match", exitCodes.notFound, t("usage.noMatch"), t("hints.list"));
  }
  const variables = await Promise.all(
    named.map(async ({ key, name, storageBackend, protection }) => {
      const isSet = given.has(name);
      const error = isSet ? undefined : await store.get(key).then(() => undefined, asAppError);
      return { name, key, storageBackend, protection, isSet, error };
    }),
  );
  const rows = variables
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, key, isSet, error }) => [
      name,
      key,
      isSet
        ? t("words.set")
        : t("words.notSet", { why: error ? whyNot(context, error) : t("words.withheld") }),
    ]);
  const table = tableOf([[t("table.variable"), t("table.from"), t("table.state")], ...rows]);
  const data = variables.map(({ error, ...rest }) => ({ ...rest, code: error?.code ?? null }));
  noteUnreadable(context, store);
  context.answer("env", { variables: data }, rows.length > 0 ? table : [t("done.empty")]);
}

/** What keeps all of them away is told once, beside the table. */
function whyNot({ t, locale }: Context, error: AppError): string {
  const reason = StorageReason.safeParse(error.details.reason);
  return reason.success ? t(`reasons.${reason.data}`) : explainError(t, locale, error).error.message;
}

function asAppError(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError("internal.unexpected");
}
