export type { Access, Use } from "./access/access.ts";
export {
  type AccessLimits,
  type AccessOptions,
  defaultAccessLimits,
  openAccess,
} from "./access/open-access.ts";
export type {
  AppendAudit,
  Clock,
  ConnectionLookup,
  ConnectionTarget,
  PromptWindow,
  RandomBytes,
  Requester,
  RequesterLookup,
  SecretReader,
} from "./access/ports.ts";
export type { HttpDraft, HttpTest } from "./access/test-http.ts";
export { findTool, type ToolAccess } from "./access/tool-access.ts";
export type { LogLimits } from "./audit/append-events.ts";
export { type AuditLog, type AuditLogOptions, openAuditLog } from "./audit/audit-log.ts";
export type { HeadKeeper } from "./audit/keep-head.ts";
export type { Head } from "./audit/verify.ts";
export { createConnectionTest, type TestConnection, type TestTarget } from "./checks/test-connection.ts";
export type { TestParts } from "./checks/test-parts.ts";
export { credentialOf } from "./providers/credential.ts";
export { describeProblem, type ProviderProblem } from "./providers/provider-problem.ts";
export { type ReadProvider, readProvider } from "./providers/read-provider.ts";
export {
  type ContributionReport,
  createProviderRegistry,
  type ProviderContribution,
  type ProviderRegistry,
} from "./providers/registry.ts";
export { type ProviderValidation, validateProvider } from "./providers/validate-provider.ts";
export type { ConnectionStore, Seen, WantedConnection } from "./store/connection-store.ts";
export type { Delivery } from "./store/delivery.ts";
export { createLlmConfigs, type LlmConfigs } from "./store/llm-configs.ts";
export { type ConnectionStoreOptions, openConnectionStore } from "./store/open-connection-store.ts";
export type { ConnectionEdit, NewConnection } from "./store/plan-edit.ts";
export {
  createUsableConnections,
  type UsableConnection,
  type UsableConnections,
} from "./store/usable-connections.ts";
