import type { AuditActor } from "@latchkey/api-contracts/audit";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import type { Protection, SecretChange, SecretMetadata, SecretSource } from "@latchkey/api-contracts/secrets";
import type { FallbackPolicy } from "./choose-backend.ts";
import type { SecretBackend } from "./secret-backend.ts";
import type { OnAudit } from "./store-audit.ts";

export type SecretStoreOptions = {
  /** The store's own folder, made with mode 0700 when it is missing. One store, one folder. */
  folder: string;
  /** The host app's id: the first segment of the keys of its LLM configs. */
  appId: string;
  /** In the order of choice, strongest first. */
  backends: readonly SecretBackend[];
  /** Default `env-file`: when the first storage backend cannot be used and keeps nothing yet, the next is tried. */
  fallback?: FallbackPolicy;
  onAudit: OnAudit;
  now?: () => Date;
};

export type SetOptions = {
  /** The variable of an `install.` key; refused for other keys. */
  envName?: string;
  /** Default `entered`. */
  source?: SecretSource;
  /** Default `none`: less than this and the value is refused. */
  minimumProtection?: Protection;
  /** Default `person`. */
  actor?: AuditActor;
};

export type ChangeOptions = {
  /** Default `person`. */
  actor?: AuditActor;
};

export type RemoveOptions = ChangeOptions & {
  /** Default false: a secret whose storage backend cannot be reached stays. */
  abandon?: boolean;
};

export type UnlockOptions = {
  /** How long the person has to answer. **Units** milliseconds; default two minutes. */
  deadlineMs?: number;
  /** Ends the wait. */
  signal?: AbortSignal;
};

/** What one edit of a change did; `removed` for a removal, which has no metadata left. */
export type EditOutcome =
  | Readonly<{ key: SecretKey; change: SecretChange; secret: SecretMetadata }>
  | Readonly<{ key: SecretKey; change: "removed" }>;
