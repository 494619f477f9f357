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
export { openToolListener, requesterOfTool, type ToolRoutesOptions } from "./access/tool-routes.ts";
