import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AuditEntry } from "@latchkey/api-contracts/audit";
import type { ProviderId } from "@latchkey/api-contracts/ids";
import type { FieldName } from "@latchkey/api-contracts/providers";
import { createMemoryBackend, openSecretStore, type SecretBackend } from "@latchkey/secrets-core";
import { onTestFinished } from "vitest";
import { createProviderRegistry } from "../src/providers/registry.ts";
import { openConnectionStore } from "../src/store/open-connection-store.ts";
import type { NewConnection } from "../src/store/plan-edit.ts";

/** A new folder that goes with the test. */
export async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey connections "));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export type Opened = Awaited<ReturnType<typeof openConnections>>;

/** Connections over secrets on a memory backend, unless told otherwise, with what was audited. */
export async function openConnections(options: { folder?: string; backends?: SecretBackend[] } = {}) {
  const folder = options.folder ?? (await makeFolder());
  const audited: AuditEntry[] = [];
  const onAudit = async (entry: AuditEntry) => void audited.push(entry);
  let time = Date.parse("2026-01-01T00:00:00.000Z");
  const now = () => new Date((time += 1_000));
  const backends = options.backends ?? [createMemoryBackend()];
  const secrets = await openSecretStore({ folder, appId: "latchkey", backends, onAudit, now });
  onTestFinished(() => secrets[Symbol.asyncDispose]());
  const providers = createProviderRegistry();
  const store = await openConnectionStore({ folder, appId: "latchkey", secrets, providers, onAudit, now });
  return { folder, audited, secrets, providers, store };
}

/** What a person enters for an account at GitHub. */
export function github(more: Partial<NewConnection> = {}): NewConnection {
  return {
    providerId: "github" as ProviderId,
    scope: "user",
    displayName: "GitHub",
    fields: {},
    secrets: { ["token" as FieldName]: "canary-github" },
    aliases: [],
    ...more,
  };
}

/** The code of the error that a promise rejects with. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "done",
    (error: { code?: unknown }) => error.code ?? error,
  );
}
