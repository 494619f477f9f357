import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Check, CheckKind } from "@latchkey/api-contracts/connection-test";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CheckServer, startCheckServer, stepsOf } from "../support/check-server.ts";
import { createKeyPair } from "../support/sshd.ts";

const secrets = {
  SFTP_NAS_KEY: createKeyPair("canary-passphrase").privateKey,
  SFTP_NAS_PASSPHRASE: "canary-passphrase",
};
const nowhere = { host: "127.0.0.1", port: 1 };
const checks: Record<CheckKind, [Check, string]> = {
  sftp: [
    {
      kind: "sftp",
      request: {
        ...nowhere,
        username: "tester",
        hostKey: null,
        secrets: { privateKey: "SFTP_NAS_KEY", passphrase: "SFTP_NAS_PASSPHRASE" },
      },
    },
    "connect failed",
  ],
  smtp: [{ kind: "smtp", request: { ...nowhere, security: "tls" } }, "connect failed"],
  "mcp-http": [{ kind: "mcp-http", request: { url: "http://127.0.0.1:1/mcp" } }, "connect failed"],
  "mcp-stdio": [{ kind: "mcp-stdio", request: { command: "/nowhere/program" } }, "spawn failed"],
};

const folder = mkdtempSync(join(tmpdir(), "lk-bundle-"));
let server: CheckServer;
beforeAll(async () => {
  const cwd = join(import.meta.dirname, "../..");
  execFileSync("node_modules/.bin/rolldown", ["-c", "--dir", folder], { cwd, stdio: "ignore" });
  server = await startCheckServer({ secrets, program: join(folder, "main.js") });
}, 60_000);
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

test.each(CheckKind.options)("the bundled server loads what a check over %s needs", async (kind) => {
  const [check, step] = checks[kind];
  const report = await server.check(check);
  expect([report.cause, stepsOf(report)]).toEqual([
    kind === "mcp-stdio" ? "spawn" : "refused",
    expect.arrayContaining([step, ...(kind === "sftp" ? ["read-key done"] : [])]),
  ]);
});
