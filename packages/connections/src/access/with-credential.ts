import type { BrokerResponse } from "@latchkey/api-contracts/access";
import type { FieldName } from "@latchkey/api-contracts/providers";
import type { Route } from "./binding.ts";
import { isFreeHeader } from "./credential.ts";
import { type Outgoing, type Sender, send } from "./send.ts";

/** Lends the value of one field; the bytes are gone when `run` has ended. */
export type ReadField = <T>(field: FieldName, run: (value: Uint8Array) => Promise<T>) => Promise<T>;

/** Lends the values of several fields at once. @throws what `read` throws */
export function lendAll<T>(
  fields: readonly FieldName[],
  read: ReadField,
  run: (values: ReadonlyMap<FieldName, Uint8Array>) => Promise<T>,
): Promise<T> {
  const values = new Map<FieldName, Uint8Array>();
  function lendFrom(at: number): Promise<T> {
    const field = fields[at];
    if (field === undefined) return run(values);
    return read(field, (value) => {
      values.set(field, value);
      return lendFrom(at + 1);
    });
  }
  return lendFrom(0);
}

/**
 * Sends a request with the provider's headers and the credential of the connection, which take the place of those that
 * the request came with. Never throws.
 */
export async function sendWithCredential(options: {
  route: Route;
  read: ReadField;
  sender: Sender;
  request: Omit<Outgoing, "hidden">;
  signal: AbortSignal;
}): Promise<BrokerResponse> {
  const { route, read, sender, request, signal } = options;
  const { credential, http } = route;
  const constants = Object.entries(http.headers).filter(([name]) => isFreeHeader(name));
  const headers = { ...request.headers, ...Object.fromEntries(constants) };
  if (credential.fields.length === 0) return await send(sender, { ...request, headers, hidden: [] }, signal);
  try {
    return await lendAll(credential.fields, read, async (values) => {
      const header = credential.headerFor(textsOf(values));
      if (!header) return { ok: false, reason: "secret-unavailable" };
      const { name, value, hidden } = header;
      return await send(sender, { ...request, headers: { ...headers, [name]: value }, hidden }, signal);
    });
  } catch {
    return { ok: false, reason: "secret-unavailable" };
  }
}

function textsOf(values: ReadonlyMap<FieldName, Uint8Array>): Map<FieldName, string> {
  return new Map([...values].map(([field, bytes]) => [field, new TextDecoder().decode(bytes)]));
}
