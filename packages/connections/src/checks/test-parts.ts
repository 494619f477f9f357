import type { Check, CheckReport } from "@latchkey/api-contracts/connection-test";
import { AppError } from "@latchkey/api-contracts/errors";
import type { ProviderDefinition } from "@latchkey/api-contracts/providers";
import type { SecretStore } from "@latchkey/secrets-core";
import type { Access } from "../access/access.ts";
import type { namesOf } from "../access/access-audit.ts";
import { failedReport } from "../access/http-report.ts";
import type { AppendAudit } from "../access/ports.ts";
import type { ProviderRegistry } from "../providers/registry.ts";
import type { UsableConnections } from "../store/usable-connections.ts";
import { hostOf } from "./check-of.ts";

/** What the tests of connections run on. */
export type TestParts = Readonly<{
  providers: Pick<ProviderRegistry, "find">;
  usable: UsableConnections;
  secrets: Pick<SecretStore, "list" | "get">;
  append: AppendAudit;
  testHttp: Access["testHttp"];
  /** Runs a check where the server's variables are. */
  runCheck: (check: Check, signal: AbortSignal) => Promise<CheckReport>;
  /** Runs a check in a process of its own, with these variables and no other. */
  runDraftCheck: (
    check: Check,
    env: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ) => Promise<CheckReport>;
}>;

/** Written before anything is sent. */
export function note({ append }: TestParts, check: Check, names: ReturnType<typeof namesOf>): Promise<void> {
  const host = hostOf(check);
  return append({
    actor: "person",
    action: "connection.test",
    outcome: "done",
    ...names,
    ...(host !== undefined && { host }),
  });
}

/** @throws `providers.absent` */
export function definitionOf(
  { providers }: TestParts,
  providerId: ProviderDefinition["id"],
): ProviderDefinition {
  const definition = providers.find(providerId);
  if (!definition) throw new AppError("providers.absent", { providerId });
  return definition;
}

/** A report of what could not be tried. **Units** `details` is a sentence, or empty. */
export const failed = (details: string) => failedReport("internal", [], details);

/** A report for a provider that declares no test. */
export const noTest = (): CheckReport => ({ outcome: "no-test", cause: "no_test", steps: [], details: "" });
