import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Check, CheckReport, checkPath } from "@latchkey/api-contracts/connection-test";
import { ServerAnnouncement } from "@latchkey/api-contracts/server";
import { ANNOUNCE_PREFIX } from "@latchkey/api-contracts/server-names";
import { expect } from "vitest";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const token = "t".repeat(43);

/** A real server process with these secrets, all of them canaries. */
export type CheckServer = AsyncDisposable & {
  /** Posts a check; every answer, whatever it is, is searched for the canaries. */
  post: (kind: string, body: unknown, signal?: AbortSignal) => Promise<{ status: number; body: unknown }>;
  check: (check: Check) => Promise<CheckReport>;
  pid: number | undefined;
};

export async function startCheckServer(options: {
  secrets: Readonly<Record<string, string>>;
  /** A file with the certificates that the server trusts beside the usual ones. */
  trusted?: string;
  /** Default the server's source. */
  program?: string;
}): Promise<CheckServer> {
  const { secrets, trusted, program = main } = options;
  const child = spawn(process.execPath, [program], {
    env: {
      PATH: process.env["PATH"],
      ...(trusted !== undefined && { NODE_EXTRA_CA_CERTS: trusted }),
      LATCHKEY_SERVER_GENERATION: "1",
      LATCHKEY_SERVER_TOKEN: token,
      LATCHKEY_SERVER_NONCE: "n".repeat(22),
      LATCHKEY_SERVER_SECRET_NAMES: [...Object.keys(secrets), "PROVIDER_UNSET_TOKEN"].join(","),
      ...secrets,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += String(chunk)));
  child.stderr.on("data", (chunk: Buffer) => (output += String(chunk)));
  while (!output.includes("\n")) await once(child.stdout, "data");
  const { port } = ServerAnnouncement.parse(JSON.parse(output.slice(ANNOUNCE_PREFIX.length)));

  async function post(kind: string, body: unknown, signal?: AbortSignal) {
    const response = await fetch(`http://127.0.0.1:${port}/v1/checks/${kind}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      ...(signal && { signal }),
    });
    const text = await response.text();
    expectNoCanary(text, secrets);
    expectNoCanary(output, secrets);
    return { status: response.status, body: JSON.parse(text) as unknown };
  }
  return {
    post,
    pid: child.pid,
    async check({ kind, request }) {
      expect(checkPath(kind)).toBe(`/v1/checks/${kind}`);
      const { status, body } = await post(kind, request);
      expect({ status, body }).toMatchObject({ status: 200 });
      return CheckReport.parse(body);
    },
    async [Symbol.asyncDispose]() {
      const closed = once(child, "close");
      child.kill("SIGKILL");
      await closed;
    },
  };
}

/** Neither as it is nor in base64, percent-encoded or in hex. */
function expectNoCanary(text: string, secrets: Readonly<Record<string, string>>): void {
  const forms = Object.values(secrets).flatMap((value) => [
    value,
    encodeURIComponent(value),
    Buffer.from(value).toString("hex"),
    Buffer.from(value).toString("base64").replace(/=+$/, ""),
  ]);
  expect(forms.filter((form) => text.includes(form))).toEqual([]);
  expect(text).not.toContain("canary-");
}

/** The steps of a report in short: `done`, `failed` and `skipped` by name. */
export function stepsOf(report: CheckReport): string[] {
  return report.steps.map(({ name, outcome }) => `${name} ${outcome}`);
}
