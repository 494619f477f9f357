import { ForeignText } from "@latchkey/api-contracts/access";
import { AccessKind, type ConsentChange } from "@latchkey/api-contracts/consent";
import { FieldName, type HttpAccess } from "@latchkey/api-contracts/providers";
import * as z from "zod";
import { type Credential, credentialOf, textOf } from "./credential.ts";
import { toForeignText } from "./foreign-text.ts";
import type { ConnectionForm, ConnectionTarget, Requester } from "./ports.ts";
import { parseAddress } from "./request-path.ts";

/** What a consent was given for. Something else is asked anew. */
export const Binding = z.strictObject({
  access: AccessKind,
  fields: z.array(FieldName),
  scope: z.enum(["user", "workspace"]),
  /** Scheme, host and port that the credential goes to. */
  address: ForeignText.optional(),
  publisher: ForeignText.optional(),
  contentHash: z.string().max(200).optional(),
});
export type Binding = z.infer<typeof Binding>;

/** Where a request goes, and how its credential is added, with all that a form decides filled in. */
export type Route = Readonly<{ http: HttpAccess; address: URL; credential: Credential }>;

/** A connection that the broker can use. */
export type Usable = Route & Readonly<{ target: ConnectionTarget }>;

/** `undefined` when a form has no address, or no credential, that a request can be made of. */
export function routeOf(http: HttpAccess, form: ConnectionForm): Route | undefined {
  const address = parseAddress(textOf(http.baseUrl, form) ?? "");
  const credential = credentialOf(http, form);
  return address && credential && { http, address, credential };
}

/** `undefined` for a connection whose provider declares no requests, too. */
export function usableOf(target: ConnectionTarget | undefined): Usable | undefined {
  const route = target?.http && routeOf(target.http, target);
  return route && { ...route, target };
}

/** What a requester would be given now. */
export function bindingOf(requester: Requester, { target, address, credential }: Usable): Binding {
  const { publisher, contentHash } = requester;
  return {
    access: "uses",
    fields: [...credential.fields],
    scope: target.scope,
    address: address.origin,
    ...(publisher !== undefined && { publisher: toForeignText(publisher) }),
    ...(contentHash !== undefined && { contentHash }),
  };
}

/** In what a request goes beyond, or beside, what was consented to. Empty when the consent still holds. */
export function changesSince(given: Binding, asked: Binding): ConsentChange[] {
  const isNew: Record<ConsentChange, boolean> = {
    publisher: given.publisher !== asked.publisher,
    content: given.contentHash !== asked.contentHash,
    fields: asked.fields.some((field) => !given.fields.includes(field)),
    access: given.access !== asked.access && asked.access === "reads",
    scope: given.scope !== asked.scope,
    address: given.address !== asked.address,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Object.keys forgets which keys they are
  return (Object.keys(isNew) as ConsentChange[]).filter((change) => isNew[change]);
}
