export type { LogLimits } from "./audit/append-events.ts";
export { type AuditLog, type AuditLogOptions, openAuditLog } from "./audit/audit-log.ts";
export type { HeadKeeper } from "./audit/keep-head.ts";
export type { Head } from "./audit/verify.ts";
