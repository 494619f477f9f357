export type { Access } from "./access/access.ts";
export type {
  AccessEvent,
  AppendAudit,
  Clock,
  ConnectionLookup,
  ConnectionTarget,
  Prompt,
  PromptOutcome,
  PromptWindow,
  RandomBytes,
  Requester,
  RequesterLookup,
  SecretReader,
} from "./access/ports.ts";
