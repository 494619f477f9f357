import * as z from "zod";
import { defineArea } from "./area.ts";
import {
  ConnectionName,
  ConnectionSlug,
  ConnectionState,
  FieldValues,
  SecretFieldStatus,
} from "./connections.ts";
import { ErrorCode } from "./error-data.ts";
import { ConnectionId, ProviderId, Timestamp } from "./ids.ts";
import { SecretValue } from "./text.ts";

/**
 * A connection to a language model, seen as one: the same object as the connection with its id. `key` has the state of
 * its one secret, `<app>.<provider id>.<config id>`; null for providers without one.
 */
export const LlmConfig = z.object({
  id: ConnectionId,
  configId: ConnectionSlug,
  providerId: ProviderId,
  displayName: ConnectionName,
  fields: FieldValues,
  key: SecretFieldStatus.nullable(),
  state: ConnectionState,
  isDefault: z.boolean(),
  createdAt: Timestamp,
  updatedAt: Timestamp,
  revision: z.int().min(1),
});
export type LlmConfig = z.infer<typeof LlmConfig>;

const Target = { id: ConnectionId, revision: z.int().min(1) };
const OneConfig = z.object({ config: LlmConfig });

/** `llm-configs:*`: the connections to language models. Metadata and key change together or not at all. */
export const llmConfigs = defineArea({
  name: "llm-configs",
  calls: {
    list: { request: z.strictObject({}), response: z.object({ configs: z.array(LlmConfig) }) },
    create: {
      request: z.strictObject({
        providerId: ProviderId,
        displayName: ConnectionName,
        fields: FieldValues.default({}),
        apiKey: SecretValue.optional(),
        isDefault: z.boolean().default(false),
      }),
      response: z.object({ config: LlmConfig, refusal: ErrorCode.nullable() }),
    },
    update: {
      request: z.strictObject({
        ...Target,
        displayName: ConnectionName.optional(),
        fields: FieldValues.optional(),
        apiKey: SecretValue.optional(),
      }),
      response: OneConfig,
    },
    delete: {
      request: z.strictObject({ ...Target, alsoInUse: z.boolean().default(false) }),
      response: z.object({ id: ConnectionId }),
    },
    /** Null takes the default away. */
    setDefault: {
      request: z.strictObject({ id: ConnectionId.nullable() }),
      response: z.object({ id: ConnectionId.nullable() }),
    },
  },
  events: { changed: z.object({ ids: z.array(ConnectionId) }) },
});
