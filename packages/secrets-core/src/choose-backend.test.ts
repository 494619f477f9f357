import type { StorageBackendName, StorageReason } from "@latchkey/api-contracts/secrets";
import { expect, test } from "vitest";
import { chooseBackend, type FallbackPolicy } from "./choose-backend.ts";
import { createMemoryBackend } from "./memory-backend.ts";

type Case = {
  keychain: StorageReason;
  file?: StorageReason;
  inUse?: StorageBackendName[];
  fallback?: FallbackPolicy;
};

async function choose({ keychain, file = "working", inUse = [], fallback = "env-file" }: Case) {
  const backends = [createMemoryBackend({ name: "keychain" }), createMemoryBackend({ name: "env-file" })];
  const { status } = await chooseBackend({
    backends,
    fallback,
    inUse: new Set(inUse),
    probe: async ({ name }) => (name === "keychain" ? keychain : file),
  });
  return [status.storageBackend, status.protection, status.reason, status.readable];
}

const file = (reason: StorageReason) => ["env-file", "none", reason, true];
const keychain = (reason: StorageReason) => ["keychain", "os-user", reason, reason === "working"];

test.each<[string, Case, unknown[]]>([
  ["a keychain that works is chosen", { keychain: "working" }, keychain("working")],
  ["also over a file that keeps secrets", { keychain: "working", inUse: ["env-file"] }, keychain("working")],
  ["without a bus the file is", { keychain: "no-session-bus" }, file("no-session-bus")],
  ["without a service the file is", { keychain: "no-secret-service" }, file("no-secret-service")],
  ["without an answer the file is", { keychain: "not-answering" }, file("not-answering")],
  ["a locked keychain is waited for", { keychain: "locked" }, keychain("locked")],
  ["so is one whose prompt was dismissed", { keychain: "prompt-dismissed" }, keychain("prompt-dismissed")],
  [
    "so is one that keeps secrets",
    { keychain: "no-session-bus", inUse: ["keychain"] },
    keychain("no-session-bus"),
  ],
  [
    "so is any under the policy block",
    { keychain: "no-session-bus", fallback: "block" },
    keychain("no-session-bus"),
  ],
  [
    "when nothing works the first is named",
    { keychain: "no-session-bus", file: "probe-failed" },
    keychain("no-session-bus"),
  ],
])("%s", async (_, input, expected) => {
  expect(await choose(input)).toEqual(expected);
});
