import type { FieldName, HttpAccess, PlainCredentialUse } from "@latchkey/api-contracts/providers";
import type { ConnectionForm } from "./ports.ts";

/** How the credential of a connection goes into a request, with what is not secret filled in. */
export type Credential = Readonly<{
  /** The secret fields that are needed; none for a request that goes without a credential. */
  fields: readonly FieldName[];
  /** The header for these values; `undefined` when one of them cannot stand in a header. */
  headerFor: (values: ReadonlyMap<FieldName, string>) => CredentialHeader | undefined;
}>;

/** `hidden` is what must not come back: the values, and the header they make. */
export type CredentialHeader = Readonly<{ name: string; value: string; hidden: readonly string[] }>;

const none: Credential = {
  fields: [],
  headerFor: () => undefined,
};

/** Headers that decide where a request goes, how it is read, or for whom else it speaks. */
const reserved =
  /^(?:host|connection|keep-alive|te|trailer|transfer-encoding|upgrade|expect|via|forwarded|content-length|content-encoding|accept-encoding|cookie2?|origin|referer|proxy-.*|sec-.*|x-forwarded-.*|x-http-method.*|x-method-override|x-original-url|x-rewrite-url)$/;

const headerName = /^[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/;

/** Seen characters, with blanks between them; anything else ends a header or is refused by the text of an error. */
const headerValue = /^[\x21-\x7e](?:[\x20-\x7e\t]*[\x21-\x7e])?$/;

/** Whether a provider, or a person in a form, may give a header this name. */
export function isFreeHeader(name: string): boolean {
  return headerName.test(name) && !reserved.test(name);
}

/** The text that a source stands for: a constant, or the value of a field. */
export function textOf(source: HttpAccess["baseUrl"], form: ConnectionForm): string | undefined {
  if ("value" in source) return source.value;
  const value = form.values[source.field];
  return typeof value === "string" ? value : undefined;
}

/** Of the credential of a connection; `undefined` when the form has something that no header can be made of. */
export function credentialOf(http: HttpAccess, form: ConnectionForm): Credential | undefined {
  const use = choose(http.credential, form);
  if (use === undefined) return undefined;
  const has = (field: FieldName) => form.secretFields.some(({ name }) => name === field);
  // A field that may be left empty, and was: the request goes without it.
  if (use.type === "none" || !has(use.field)) return none;
  if (use.type === "bearer") return headerCredential("authorization", use.field, "Bearer ");
  if (use.type === "basic") return basicCredential(use, form, has(use.userField));
  const name = textOf(use.name, form)?.toLowerCase();
  if (name === undefined || !isFreeHeader(name)) return undefined;
  return headerCredential(name, use.field, use.prefix ?? "");
}

function choose(credential: HttpAccess["credential"], form: ConnectionForm): PlainCredentialUse | undefined {
  if (credential.type !== "choice") return credential;
  const chosen = form.values[credential.field];
  return typeof chosen === "string" && Object.hasOwn(credential.cases, chosen)
    ? credential.cases[chosen]
    : undefined;
}

function headerCredential(name: string, field: FieldName, prefix: string): Credential {
  return {
    fields: [field],
    headerFor(values) {
      const secret = values.get(field) ?? "";
      return headerValue.test(secret) ? { name, value: `${prefix}${secret}`, hidden: [secret] } : undefined;
    },
  };
}

function basicCredential(
  use: Extract<PlainCredentialUse, { type: "basic" }>,
  form: ConnectionForm,
  isUserSecret: boolean,
): Credential {
  return {
    fields: isUserSecret ? [use.userField, use.field] : [use.field],
    headerFor(values) {
      const user = isUserSecret ? values.get(use.userField) : textOf({ field: use.userField }, form);
      const password = values.get(use.field) ?? "";
      // A colon would move the end of the name. @see https://www.rfc-editor.org/rfc/rfc7617#section-2
      if (user === undefined || /[:\p{Cc}]/u.test(user) || /\p{Cc}/u.test(password)) return undefined;
      const pair = `${user}:${password}`;
      const hidden = isUserSecret ? [pair, user, password] : [pair, password];
      return { name: "authorization", value: `Basic ${Buffer.from(pair).toString("base64")}`, hidden };
    },
  };
}
