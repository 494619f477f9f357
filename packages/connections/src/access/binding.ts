import { ForeignText } from "@latchkey/api-contracts/access";
import { AccessKind, type ConsentChange } from "@latchkey/api-contracts/consent";
import { FieldName } from "@latchkey/api-contracts/providers";
import * as z from "zod";
import { type Credential, credentialOf, textOf } from "./credential.ts";
import { toForeignText } from "./foreign-text.ts";
import type { ConnectionTarget, Requester } from "./ports.ts";
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

/** A connection that the broker can use, with all that its form decides filled in. */
export type Usable = Readonly<{
  target: ConnectionTarget;
  http: NonNullable<ConnectionTarget["http"]>;
  address: URL;
  credential: Credential;
}>;

/** `undefined` when the provider declares no requests, or the form has no address or credential to use. */
export function usableOf(target: ConnectionTarget | undefined): Usable | undefined {
  if (!target?.http) return undefined;
  const address = parseAddress(textOf(target.http.baseUrl, target) ?? "");
  const credential = credentialOf(target.http, target);
  return address && credential && { target, http: target.http, address, credential };
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
