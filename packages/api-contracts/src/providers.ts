import * as z from "zod";
import { defineArea } from "./area.ts";
import { EnvName, ProviderId } from "./ids.ts";
import { publicSchemas } from "./text.ts";

/**
 * Text that a provider's definition shows: one line, without characters that hide or reorder others. Always shown as
 * text, never as markup.
 */
const ShownText = z
  .string()
  .min(1)
  .max(400)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u);
publicSchemas.add(ShownText, { why: "written by the author of a provider, before any secret exists" });

/** The name of one field of a provider's form. */
export const FieldName = z
  .string()
  .max(60)
  .regex(/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/)
  .brand<"FieldName">();
export type FieldName = z.infer<typeof FieldName>;

export const FieldType = z.enum([
  "string",
  "secret",
  "multiline-secret",
  "number",
  "integer",
  "boolean",
  "enum",
  "url",
  "host",
  "port",
  "path",
  "string-list",
  "key-value",
]);
export type FieldType = z.infer<typeof FieldType>;

/** A value of a field that is not a secret. */
export const FieldValue = z.union([
  z.string().max(4_000),
  z.number(),
  z.boolean(),
  z.array(z.string().max(1_000)).max(100),
  z.record(z.string().max(200), z.string().max(2_000)),
]);
export type FieldValue = z.infer<typeof FieldValue>;
publicSchemas.add(FieldValue, { why: "fields of type secret are stored elsewhere and have no such value" });

/**
 * How the app makes a value that nobody has to know; no window is told it.
 *
 * **Units** `length` in characters; the shortest is one of 128 bits.
 */
export const SecretGeneration = z.union([
  z.strictObject({
    length: z.int().min(32).max(256),
    alphabet: z.enum(["hex", "letters-digits", "base64url"]).default("letters-digits"),
  }),
  z.strictObject({ uuid: z.literal(true) }),
]);
export type SecretGeneration = z.infer<typeof SecretGeneration>;

/** One field of a provider's form. Data only: no expression, no code. */
export const FieldDefinition = z.strictObject({
  name: FieldName,
  type: FieldType,
  title: ShownText,
  help: ShownText.optional(),
  placeholder: ShownText.optional(),
  docsUrl: z.url({ protocol: /^https$/ }).optional(),
  required: z.boolean().default(false),
  default: FieldValue.optional(),
  order: z.int().optional(),
  group: ShownText.optional(),
  advanced: z.boolean().default(false),
  /** Shown only while another field has one of these values. */
  showWhen: z.strictObject({ field: FieldName, equals: z.array(FieldValue).min(1) }).optional(),
  options: z.array(z.strictObject({ value: z.string().max(200), title: ShownText })).optional(),
  min: z.number().optional(),
  max: z.number().optional(),
  minLength: z.int().min(0).optional(),
  maxLength: z.int().min(1).optional(),
  /** A regular expression for the whole text, and what to say when it does not match. */
  pattern: z.strictObject({ source: z.string().max(300), hint: ShownText }).optional(),
  /** How values usually begin; another beginning is a warning. */
  prefixHint: ShownText.optional(),
  path: z.enum(["file", "folder"]).optional(),
  secret: z
    .strictObject({
      generate: SecretGeneration.optional(),
      maxBytes: z.int().min(1).max(65_536).default(2_500),
      /** How many last characters may be noted in the clear when the person opts in. */
      lastChars: z.int().min(0).max(4).default(0),
    })
    .optional(),
  /** The provider's conventional variable, `OPENAI_API_KEY` for example: an alias, in force only when opted in. */
  env: EnvName.optional(),
});
export type FieldDefinition = z.infer<typeof FieldDefinition>;

/** A text that is a constant, or the value of a field. */
const Source = z.union([
  z.strictObject({ field: FieldName }),
  z.strictObject({ value: z.string().max(2_000) }),
]);

const credentialKinds = [
  z.strictObject({ type: z.literal("none") }),
  z.strictObject({ type: z.literal("bearer"), field: FieldName }),
  z.strictObject({
    type: z.literal("header"),
    name: Source,
    field: FieldName,
    prefix: z.string().max(40).optional(),
  }),
  z.strictObject({ type: z.literal("basic"), userField: FieldName, field: FieldName }),
] as const;

/** How the broker adds the credential to one request. */
export const PlainCredentialUse = z.discriminatedUnion("type", credentialKinds);
export type PlainCredentialUse = z.infer<typeof PlainCredentialUse>;

/** How the broker adds the credential to a request; `choice` follows the value of an `enum` field. */
export const CredentialUse = z.discriminatedUnion("type", [
  ...credentialKinds,
  z.strictObject({
    type: z.literal("choice"),
    field: FieldName,
    cases: z.record(z.string().max(200), PlainCredentialUse),
  }),
]);
export type CredentialUse = z.infer<typeof CredentialUse>;

export const HttpMethod = z.enum(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);
export type HttpMethod = z.infer<typeof HttpMethod>;

/** What the broker may send for a connection. A path ends with `*` when everything below it is allowed. */
export const HttpAccess = z.strictObject({
  baseUrl: Source,
  /** Headers with constant values, `anthropic-version` for example. */
  headers: z.record(z.string().regex(/^[a-z0-9-]+$/), z.string().max(200)).default({}),
  credential: CredentialUse,
  allow: z
    .array(
      z.strictObject({
        methods: z.array(HttpMethod).min(1),
        paths: z.array(z.string().regex(/^\/[^?#\s]*$/)).min(1),
      }),
    )
    .min(1),
});
export type HttpAccess = z.infer<typeof HttpAccess>;

/** How a connection is tried. The checks besides `http` run in the server process. */
export const ProviderTest = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("http"),
    method: HttpMethod.default("GET"),
    path: z.union([z.string().regex(/^\/[^#\s]*$/), z.strictObject({ field: FieldName })]),
    timeoutMs: z.int().min(100).max(60_000).default(10_000),
  }),
  z.strictObject({
    kind: z.enum(["sftp", "mcp-stdio", "mcp-http", "smtp"]),
    timeoutMs: z.int().min(100).max(60_000).default(10_000),
  }),
]);
export type ProviderTest = z.infer<typeof ProviderTest>;

/** The texts of a definition in another language; what is left out stays as it is. */
const ProviderTexts = z.strictObject({
  title: ShownText.optional(),
  description: ShownText.optional(),
  noTest: ShownText.optional(),
  /** By the group's text in the definition. */
  groups: z.record(ShownText, ShownText).default({}),
  fields: z
    .record(
      FieldName,
      z.strictObject({
        title: ShownText.optional(),
        help: ShownText.optional(),
        placeholder: ShownText.optional(),
        patternHint: ShownText.optional(),
        /** By the option's value. */
        options: z.record(z.string().max(200), ShownText).default({}),
      }),
    )
    .default({}),
});

/** The start of the secret keys of a provider's connections; `llm` stands for `<app>.<provider id>.<config id>`. */
export const KeyNamespace = z.enum(["provider", "sftp", "mcp.system", "mcp.ext", "llm"]);
export type KeyNamespace = z.infer<typeof KeyNamespace>;

/**
 * A kind of service: what its form asks for, how its secret is used, how it is tried. Contributed by us or by an
 * extension. Unknown keys are errors here; at run time they are left out with a warning.
 */
export const ProviderDefinition = z.strictObject({
  version: z.literal(1),
  id: ProviderId,
  title: ShownText,
  description: ShownText.optional(),
  group: z.enum(["llm", "files", "mcp", "code", "mail", "web"]),
  /** The name of one of our own pictures, or an SVG or PNG file in the extension's folder. */
  icon: z.string().regex(/^[a-z0-9][a-z0-9-]*(?:\.(?:svg|png))?$/),
  docsUrl: z.url({ protocol: /^https$/ }).optional(),
  namespace: KeyNamespace,
  fields: z.array(FieldDefinition).max(60),
  /** Whether secrets go to the server's environment or are only used through the broker. */
  deliver: z.enum(["server-env", "broker"]),
  http: HttpAccess.optional(),
  /** How a connection is tried, or the reason why it cannot be. */
  test: z.union([ProviderTest, z.strictObject({ noTest: ShownText })]),
  l10n: z.record(z.string().regex(/^[a-z]{2}$/), ProviderTexts).default({}),
});
export type ProviderDefinition = z.infer<typeof ProviderDefinition>;

/** Where a definition comes from. */
export const ProviderOrigin = z.enum(["built-in", "extension"]);
export type ProviderOrigin = z.infer<typeof ProviderOrigin>;

publicSchemas.add(ProviderDefinition, {
  why: "written by the author of a provider, before any secret exists",
});

/** The most that the file of a picture may have. **Units** bytes. */
export const MAX_PICTURE_BYTES = 32 * 1024;

/** The picture of an extension's provider, checked by the app and shown as an image alone. */
export const ProviderPicture = z
  .string()
  .max(Math.ceil(MAX_PICTURE_BYTES / 3) * 4 + 32)
  .regex(/^data:image\/(?:png|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/);
export type ProviderPicture = z.infer<typeof ProviderPicture>;
publicSchemas.add(ProviderPicture, { why: "a file that came with an extension, before any secret exists" });

/** A name that its owner chose for themselves. */
const PublisherName = z.string().max(120);
publicSchemas.add(PublisherName, { why: "stands in the manifest of an extension" });

/** A provider that connections can be made for. `warnings` counts the keys of its definition that were left out. */
export const ListedProvider = z.object({
  definition: ProviderDefinition,
  origin: ProviderOrigin,
  /** Of an extension's provider with a picture that can be shown. */
  picture: ProviderPicture.optional(),
  publisher: PublisherName.nullable(),
  isVerified: z.boolean(),
  warnings: z.int().min(0),
});
export type ListedProvider = z.infer<typeof ListedProvider>;

/** `providers:*`: the kinds of services that there are. */
export const providers = defineArea({
  name: "providers",
  calls: {
    list: { request: z.strictObject({}), response: z.object({ providers: z.array(ListedProvider) }) },
  },
  events: { changed: z.object({ ids: z.array(ProviderId) }) },
});
