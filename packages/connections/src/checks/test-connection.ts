import type { CheckReport } from "@latchkey/api-contracts/connection-test";
import type { ConnectionDraft } from "@latchkey/api-contracts/connections";
import { AppError } from "@latchkey/api-contracts/errors";
import type { ConnectionId } from "@latchkey/api-contracts/ids";
import { namesOf } from "../access/access-audit.ts";
import type { UsableConnection } from "../store/usable-connections.ts";
import { checkOf, type SecretNames } from "./check-of.ts";
import { checkDraft, testDraft } from "./test-draft.ts";
import { definitionOf, failed, noTest, note, type TestParts } from "./test-parts.ts";

/**
 * What is tested: a saved connection, or a draft with what was typed. Whoever asks has the person's word that a secret
 * which the draft uses may go to its address.
 */
export type TestTarget = Readonly<{ id: ConnectionId }> | ConnectionDraft;

/** Tries a connection; always ends, and never throws. */
export type TestConnection = (target: TestTarget, signal: AbortSignal) => Promise<CheckReport>;

const unusable = "The connection cannot be used as it is saved.";

/**
 * Tests by the protocol that a provider declares: HTTP on the way of the broker, the others in a server process. Saved
 * values that the server has are tried by it; drafts, and what the broker alone may use, in a process of their own.
 */
export function createConnectionTest(parts: TestParts): TestConnection {
  return async (target, signal) => {
    try {
      return await ("providerId" in target
        ? testDraft(parts, target, signal)
        : testSaved(parts, target.id, signal));
    } catch (error) {
      // Only texts of the error table: whatever else was thrown may quote anything.
      return failed(error instanceof AppError ? error.message : "");
    }
  };
}

async function testSaved(parts: TestParts, id: ConnectionId, signal: AbortSignal): Promise<CheckReport> {
  const saved = await parts.usable.find(id);
  if (!saved) return failed(unusable);
  const definition = definitionOf(parts, saved.providerId);
  const { test, deliver } = definition;
  if ("noTest" in test) return noTest();
  if (test.kind === "http") return parts.testHttp({ test, signal, saved: id });
  if (deliver === "broker") {
    return checkDraft(parts, { definition, fields: saved.values, typed: new Map(), used: [], saved }, signal);
  }
  const check = checkOf(definition, saved.values, await namesInServer(parts, saved));
  if (!check) return failed(unusable);
  await note(parts, check, namesOf(saved));
  return parts.runCheck(check, signal);
}

/** The variables that the server has of a connection's secrets. */
async function namesInServer(
  { secrets }: TestParts,
  { secretFields }: UsableConnection,
): Promise<SecretNames> {
  const byKey = new Map((await secrets.list()).map(({ key, envName }) => [key, envName]));
  return new Map(
    secretFields.flatMap(({ name, key }) => {
      const envName = byKey.get(key);
      return envName ? [[name, envName] as const] : [];
    }),
  );
}
