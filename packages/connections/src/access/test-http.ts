import type { CheckReport } from "@latchkey/api-contracts/connection-test";
import { AppError } from "@latchkey/api-contracts/errors";
import type { ConnectionId, ProviderId, SecretKey } from "@latchkey/api-contracts/ids";
import type { FieldName, FieldValue, HttpAccess, ProviderTest } from "@latchkey/api-contracts/providers";
import { namesOf } from "./access-audit.ts";
import { type Route, routeOf, usableOf } from "./binding.ts";
import { failedReport, reportOf } from "./http-report.ts";
import type { AppendAudit, ConnectionLookup, SecretReader } from "./ports.ts";
import { urlOf } from "./request-path.ts";
import type { Sender } from "./send.ts";
import { type ReadField, sendWithCredential } from "./with-credential.ts";

/** A form that was not saved; `typed` has the secrets that stand in it, `keys` names those of them that are kept. */
export type HttpDraft = Readonly<{
  providerId: ProviderId;
  http: HttpAccess;
  values: Readonly<Record<string, FieldValue>>;
  typed: ReadonlyMap<FieldName, string>;
  keys?: readonly SecretKey[];
}>;

/** What is tried: what is saved, or a draft; `saved` then names the connection that fills what was not typed. */
export type HttpTest = Readonly<{
  test: Extract<ProviderTest, { kind: "http" }>;
  signal: AbortSignal;
}> &
  (
    | Readonly<{ saved: ConnectionId; draft?: undefined }>
    | Readonly<{ saved?: ConnectionId; draft: HttpDraft }>
  );

type Prepared = Readonly<{
  route: Route;
  read: ReadField;
  names: ReturnType<typeof namesOf>;
  values: Readonly<Record<string, FieldValue>>;
}>;

/**
 * Tries the request that a provider declares as its test, on the way that requests of the broker take. Each run has
 * values of its own, and nothing of it is kept. Always ends, and never throws.
 */
export async function testHttp(
  options: {
    connections: ConnectionLookup;
    secrets: SecretReader;
    append: AppendAudit;
    sender: Sender;
  },
  wanted: HttpTest,
): Promise<CheckReport> {
  const { append, sender } = options;
  const { test, signal } = wanted;
  try {
    const prepared = await prepare(options, wanted);
    if (typeof prepared === "string") return failedReport("internal", [], prepared);
    const { route, read, names, values } = prepared;
    const url = testUrl(route.address, pathOf(test.path, values));
    if (!url) return failedReport("internal", [], "The path of the test cannot be sent as it is declared.");
    const { method, timeoutMs } = test;
    await append({
      actor: "person",
      action: "connection.test",
      outcome: "done",
      ...names,
      host: url.host,
      method,
    });
    const startedMs = sender.clock.nowMs();
    const answer = await sendWithCredential({
      route,
      read,
      sender: { ...sender, limits: { ...sender.limits, timeoutMs } },
      request: { url, method, headers: { accept: "application/json" } },
      signal,
    });
    const durationMs = Math.max(0, Math.round(sender.clock.nowMs() - startedMs));
    return reportOf(answer, durationMs, route.credential.fields.length > 0);
  } catch (error) {
    // Only texts of the error table: whatever else was thrown may quote anything.
    return failedReport("internal", [], error instanceof AppError ? error.message : "");
  }
}

/** A sentence when it cannot be tried. */
async function prepare(
  { connections, secrets }: { connections: ConnectionLookup; secrets: SecretReader },
  { saved, draft }: HttpTest,
): Promise<Prepared | string> {
  const known = saved === undefined ? undefined : usableOf(await connections.find(saved));
  const readSaved: ReadField = (field, run) => {
    if (!known) throw new AppError("connections.absent");
    return secrets.use(known.target.connectionId, field, run);
  };
  if (!draft) {
    if (!known) return "The connection cannot be used as it is saved.";
    return {
      route: known,
      read: readSaved,
      names: namesOf(known.target, known.credential.fields),
      values: known.target.values,
    };
  }
  const { http, values, typed, keys = [], providerId } = draft;
  const filled = known?.target.secretFields.filter(({ name }) => !typed.has(name)) ?? [];
  const route = routeOf(http, {
    values,
    secretFields: [...[...typed.keys()].map((name) => ({ name })), ...filled],
  });
  if (!route) return "The form has no address that a request can be sent to.";
  const needsSaved = route.credential.fields.some((field) => !typed.has(field));
  // Else a form could send a saved secret anywhere.
  if (needsSaved && known?.address.origin !== route.address.origin)
    return "The saved secret is sent to the saved address only. Enter it again to try another one.";
  return {
    route,
    values,
    read(field, run) {
      const value = typed.get(field);
      return value === undefined ? readSaved(field, run) : run(new TextEncoder().encode(value));
    },
    names: withKeys(known ? namesOf(known.target, route.credential.fields) : { keys: [], providerId }, keys),
  };
}

function withKeys(names: Prepared["names"], keys: readonly SecretKey[]): Prepared["names"] {
  return { ...names, keys: [...new Set([...names.keys, ...keys])] };
}

/** The path that is declared, or that the person typed. */
function pathOf(path: HttpTest["test"]["path"], values: Readonly<Record<string, FieldValue>>): string {
  if (typeof path === "string") return path;
  const typed = values[path.field];
  return typeof typed === "string" && typed.startsWith("/") ? typed : "/";
}

/** The path of a test may have a query, which its author wrote. */
function testUrl(address: URL, path: string): URL | undefined {
  const [name = "", query = ""] = path.split("?", 2);
  const url = urlOf(address, name);
  if (url) url.search = query;
  return url;
}
