export type { LogLimits } from "./audit/append-events.ts";
export { type AuditLog, type AuditLogOptions, type HeadKeeper, openAuditLog } from "./audit/audit-log.ts";
export type { Head } from "./audit/verify.ts";
