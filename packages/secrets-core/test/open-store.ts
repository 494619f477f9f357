import type { AuditEntry } from "@latchkey/api-contracts/audit";
import { onTestFinished } from "vitest";
import { createMemoryBackend } from "../src/memory-backend.ts";
import { openSecretStore } from "../src/secret-store.ts";
import type { SecretStoreOptions } from "../src/store-options.ts";
import { makeFolder } from "./make-folder.ts";

/** A store on a memory backend, unless told otherwise, with what it audited. */
export async function openStore(options: Partial<SecretStoreOptions> = {}) {
  const audited: AuditEntry[] = [];
  const folder = options.folder ?? (await makeFolder());
  let time = Date.parse("2026-01-01T00:00:00.000Z");
  const store = await openSecretStore({
    folder,
    appId: "latchkey",
    backends: [createMemoryBackend()],
    onAudit: async (entry) => void audited.push(entry),
    now: () => new Date((time += 1_000)),
    ...options,
  });
  onTestFinished(() => store[Symbol.asyncDispose]());
  return { store, folder, audited };
}

/** The code of the error that a promise rejects with. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "done",
    (error: { code?: unknown }) => error.code ?? error,
  );
}
