export type { Edit } from "./change/edit.ts";
export type { PendingChange, PendingEdit } from "./change/pending-change.ts";
export { chooseBackend, type FallbackPolicy } from "./choose-backend.ts";
export { isAppId, type MappingOptions, mapToEnvName } from "./env/env-mapping.ts";
export { buildSnapshot, type EnvSnapshot, type SnapshotEntry } from "./env/env-snapshot.ts";
export { isReservedName } from "./env/reserved-names.ts";
export { createEnvFileBackend, type EnvFileBackendOptions } from "./env-file/env-file-backend.ts";
export type { AskPassphrase } from "./env-file/passphrase-seal.ts";
export { createKeychainBackend, type KeychainBackendOptions } from "./keychain/keychain-backend.ts";
export { createMemoryBackend, type MemoryBackend, type MemoryBackendOptions } from "./memory-backend.ts";
export { createRedactor, type Redact, redactionMark } from "./redaction/redactor.ts";
export type { Cipher, CipherDescription } from "./safe-storage/cipher.ts";
export {
  createSafeStorageBackend,
  type SafeStorageBackendOptions,
} from "./safe-storage/safe-storage-backend.ts";
export type { EntryRef, Reading, SecretBackend } from "./secret-backend.ts";
export {
  type ChangeOptions,
  type EditOutcome,
  openSecretStore,
  type SecretStore,
  type SecretStoreOptions,
  type SetOptions,
} from "./secret-store.ts";
export { type SplitOptions, splitValues } from "./split-values.ts";
export type { OnAudit } from "./store-audit.ts";
