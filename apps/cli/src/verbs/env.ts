import { AppError } from "@latchkey/api-contracts/errors";
import type { Context } from "../context.ts";
import { openStoreForPerson } from "../open-store.ts";
import { tableOf } from "../output/table.ts";
import { matcherOf } from "../run/parse-run.ts";
import { explainError } from "../text/error-text.ts";

/** `latchkey env`: the variables that `run` would set, by name alone. */
export async function env(
  context: Context,
  _words: readonly string[],
  options: { only?: readonly string[] },
): Promise<void> {
  const { t, locale } = context;
  await using opened = await openStoreForPerson();
  const { store, delivery } = opened;
  const given = (await delivery()).entries();
  const isWanted = matcherOf(options.only ?? []);
  const named = (await store.list()).flatMap((secret) => {
    const further = given.filter(({ key }) => key === secret.key).map(({ envName }) => envName);
    const aliases = [...new Set([...(secret.aliases ?? []), ...further])];
    if (!isWanted({ ...secret, aliases })) return [];
    return [...new Set([secret.envName, ...aliases])].map((name) => ({ ...secret, name }));
  });
  const variables = await Promise.all(
    named.map(async ({ key, name, storageBackend, protection }) => {
      const isSet = given.some(({ envName }) => envName === name);
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
        : t("words.notSet", {
            why: error ? explainError(t, locale, error).error.message : t("words.withheld"),
          }),
    ]);
  const table = tableOf([[t("table.variable"), t("table.from"), t("table.state")], ...rows]);
  const data = variables.map(({ error, ...rest }) => ({ ...rest, code: error?.code ?? null }));
  context.answer("env", { variables: data }, rows.length > 0 ? table : [t("done.empty")]);
}

function asAppError(error: unknown): AppError {
  return error instanceof AppError ? error : new AppError("internal.unexpected");
}
