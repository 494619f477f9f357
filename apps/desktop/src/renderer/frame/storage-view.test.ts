import type { StorageStatus } from "@latchkey/api-contracts/secrets";
import { expect, test } from "vitest";
import { storageView } from "./storage-view.ts";

const keychain = {
  storageBackend: "keychain",
  protection: "os-user",
  reason: "working",
  readable: true,
} as const;

test.each<[string, Partial<StorageStatus>, string, string]>([
  ["a working keychain", {}, "storage.backend.keychain", "ok"],
  [
    "a file without a password",
    { storageBackend: "env-file", protection: "none", reason: "no-session-bus" },
    "storage.chip.weak",
    "warn",
  ],
  [
    "a file with a password",
    { storageBackend: "env-file", protection: "passphrase" },
    "storage.backend.env-file",
    "ok",
  ],
  ["a locked keychain", { reason: "locked", readable: false }, "storage.chip.locked", "warn"],
  ["a dismissed question", { reason: "prompt-dismissed", readable: false }, "storage.chip.locked", "warn"],
  ["a silent keychain", { reason: "not-answering", readable: false }, "storage.chip.unreadable", "danger"],
  ["memory", { storageBackend: "memory", protection: "none" }, "storage.backend.memory", "warn"],
])("%s", (_name, change, word, tone) => {
  expect(storageView({ ...keychain, ...change })).toMatchObject({ word, tone });
});
