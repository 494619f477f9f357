export type { BackupLock, BackupUnlock } from "./backup/age-file.ts";
export { type BackupOptions, type BackupReport, createBackup, writeBackup } from "./backup/create-backup.ts";
export { type Backup, openBackup } from "./backup/open-backup.ts";
export type { OnConflict, RestoreItem } from "./backup/plan-restore.ts";
export { type Rehearsal, rehearseRestore } from "./backup/rehearse-restore.ts";
export {
  previewRestore,
  type RestoreOptions,
  restoreBackup,
} from "./backup/restore-backup.ts";
export type { Edit } from "./change/edit.ts";
export type { PendingChange, PendingEdit } from "./change/pending-change.ts";
export type { TakeOver } from "./change/take-over.ts";
export {
  type ChoiceInput,
  chooseBackend,
  type FallbackPolicy,
  type StorageChoice,
} from "./choose-backend.ts";
export type { EntryPlace } from "./entry-place.ts";
export { type Alias, addAliases } from "./env/aliases.ts";
export { isAppId, type MappingOptions, mapToEnvName } from "./env/env-mapping.ts";
export { checkEnvSize, type EnvLimits, envLimitsOf, smallestEnvLimits } from "./env/env-size.ts";
export { buildSnapshot, type EnvSnapshot, type SnapshotEntry } from "./env/env-snapshot.ts";
export { isReservedName } from "./env/reserved-names.ts";
export { segmentFromId } from "./env/segment-from-id.ts";
export { createEnvFileBackend, type EnvFileBackendOptions } from "./env-file/env-file-backend.ts";
export type { AskPassphrase } from "./env-file/passphrase-seal.ts";
export { type DurableWriteOptions, durableWrite } from "./files/durable-write.ts";
export { type JsonDocument, type JsonDocumentOptions, openJsonDocument } from "./files/json-document.ts";
export { ensureFolder, readOwnFile } from "./files/safe-file.ts";
export { type LockHold, withStoreLock } from "./files/store-lock.ts";
export {
  createKeychainBackend,
  type KeychainBackendOptions,
  type KeychainOptions,
} from "./keychain/keychain-backend.ts";
export type { FoundEntry, Listing } from "./listing.ts";
export {
  createMemoryBackend,
  type MemoryBackend,
  type MemoryBackendOptions,
  type MemoryCall,
} from "./memory-backend.ts";
export { createDotenvSource, type DotenvSourceOptions } from "./migration/dotenv-source.ts";
export type { ForeignItem, ForeignItems } from "./migration/foreign-items.ts";
export { keyFromName } from "./migration/key-from-name.ts";
export {
  createKeychainSource,
  type KeychainRule,
  type KeychainSourceOptions,
} from "./migration/keychain-source.ts";
export { createKeyringItems, type KeyringItemsOptions } from "./migration/keyring-items.ts";
export type { MigrationSource, SourceItem } from "./migration/migration-source.ts";
export { type PlannedItem, type PlanOptions, planMigration } from "./migration/plan-migration.ts";
export {
  type FinishedItem,
  finishMigration,
  type MigratedItem,
  type MigrationOptions,
  runMigration,
} from "./migration/run-migration.ts";
export {
  type BlobRule,
  blobsOfJson,
  createSafeStorageSource,
  type SafeStorageSourceOptions,
  type SealedBlob,
} from "./migration/safe-storage-source.ts";
export {
  createSecretServiceItems,
  type SecretServiceItemsOptions,
} from "./migration/secret-service-items.ts";
export { createQueue } from "./queue.ts";
export type { LeftEntry } from "./recovery/rebuild-index.ts";
export { type IndexRecovery, type RecoverIndexOptions, recoverIndex } from "./recovery/recover-index.ts";
export type { Adoption, Strangers } from "./recovery/strangers.ts";
export {
  createRedactionFilter,
  createRedactionStream,
  type RedactionFilter,
} from "./redaction/redaction-filter.ts";
export { createRedactor, type Redact, redactionMark } from "./redaction/redactor.ts";
export { scrubError } from "./redaction/scrub-error.ts";
export type { Cipher, CipherDescription } from "./safe-storage/cipher.ts";
export {
  createSafeStorageBackend,
  type SafeStorageBackendOptions,
} from "./safe-storage/safe-storage-backend.ts";
export { Secret } from "./secret.ts";
export type {
  EntriesByVersion,
  EntryRef,
  NewEntry,
  Reading,
  Removal,
  SecretBackend,
} from "./secret-backend.ts";
export { openSecretStore, type SecretStore } from "./secret-store.ts";
export { type SplitOptions, splitValues } from "./split-values.ts";
export type { OnAudit } from "./store-audit.ts";
export type {
  ChangeOptions,
  EditOutcome,
  RemoveOptions,
  SecretStoreOptions,
  SetOptions,
  UnlockOptions,
} from "./store-options.ts";
export { unreachable } from "./unreachable.ts";
