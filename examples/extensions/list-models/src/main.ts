import { connections, type ExtensionConnection, fetch, log, secrets } from "@latchkey/extension-api";

/** The connections that the person has been asked about: one question each is enough. */
const asked = new Set<string>();

async function listModels({ id, displayName }: ExtensionConnection): Promise<void> {
  const access = await secrets.requestAccess({
    connectionId: id,
    reason: "List the models that this account can use.",
  });
  if (!access.granted) return log.warn(`${displayName}: no access (${access.reason}).`);
  const response = await fetch(access.secretRef, { path: "/models" });
  log.info(`${displayName}: ${response.status}, models: ${modelNames(response.json()).join(", ")}.`);
}

/** The ids in an answer such as `{ "data": [{ "id": "gpt-5" }] }`. */
function modelNames(answer: unknown): string[] {
  if (typeof answer !== "object" || answer === null || !("data" in answer)) return [];
  const models: readonly unknown[] = Array.isArray(answer.data) ? answer.data : [];
  return models.flatMap((model) =>
    typeof model === "object" && model !== null && "id" in model ? [String(model.id)] : [],
  );
}

async function listNew(): Promise<void> {
  for (const connection of await connections.list()) {
    if (asked.has(connection.id)) continue;
    asked.add(connection.id);
    await listModels(connection).catch((error: unknown) =>
      log.error(`${connection.displayName}: ${String(error)}`),
    );
  }
}

connections.onChanged(() => void listNew());
await listNew();
