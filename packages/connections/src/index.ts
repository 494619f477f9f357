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
export type { LogLimits } from "./audit/append-events.ts";
export { type AuditLog, type AuditLogOptions, openAuditLog } from "./audit/audit-log.ts";
export type { HeadKeeper } from "./audit/keep-head.ts";
export type { Head } from "./audit/verify.ts";
