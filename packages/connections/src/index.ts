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
export { builtInProviders } from "./providers/built-in/built-in-providers.ts";
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
