import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ssh2 from "ssh2";
import { expect, onTestFinished, test } from "vitest";
import type { CheckContext } from "./check.ts";
import { readKey } from "./read-key.ts";

const passphrase = "canary-passphrase";
const message = Buffer.from("signed");

const nothing = () => undefined;

/** A context that ends what was begun with the test. */
function createContext(): CheckContext & { begun: Promise<void>; end: () => unknown } {
  let end: () => unknown = nothing;
  let tellBegun = nothing as () => void;
  const begun = new Promise<void>((resolve) => (tellBegun = resolve));
  onTestFinished(async () => void (await end()));
  return {
    begin: nothing,
    secret: () => "",
    onDetails: nothing,
    onEnd(cleanUp) {
      end = () => cleanUp(true);
      tellBegun();
    },
    begun,
    end: () => end(),
  };
}

/** A key pair as OpenSSH makes it. */
function createPair(...options: string[]): { sealed: string; publicKey: string } {
  const folder = mkdtempSync(join(tmpdir(), "lk-key-"));
  const file = join(folder, "key");
  execFileSync("ssh-keygen", ["-q", "-N", passphrase, "-f", file, ...options]);
  const pair = { sealed: readFileSync(file, "utf8"), publicKey: readFileSync(`${file}.pub`, "utf8") };
  rmSync(folder, { recursive: true });
  return pair;
}

test.each([
  ["Ed25519", ["-t", "ed25519", "-a", "1"]],
  ["RSA", ["-t", "rsa", "-b", "2048", "-a", "1"]],
  ["ECDSA", ["-t", "ecdsa", "-b", "256", "-a", "1"]],
  ["RSA in the older form", ["-t", "rsa", "-b", "2048", "-m", "PEM"]],
])("a key of kind %s with a passphrase signs what its public half accepts", async (_name, options) => {
  const { sealed, publicKey } = createPair(...options);
  const key = await readKey(sealed, passphrase, createContext());
  const signature = key.sign(message);
  const verifier = ssh2.utils.parseKey(publicKey);
  expect(verifier instanceof Error ? verifier : verifier.verify(message, signature)).toBe(true);
});

test("while a passphrase is tried, others are answered, and the trial can be given up", async () => {
  // Rounds for minutes: only a thread that is ended can be the reason why the test is over.
  const { sealed } = createPair("-t", "ed25519", "-a", "24");
  const stretched = withRounds(sealed, 10_000_000);
  const context = createContext();
  const reading = readKey(stretched, passphrase, context);
  await context.begun;
  await context.end();
  await expect(reading).rejects.toThrow("The thread that reads the key ended.");
});

/** The same key with another number of rounds, which stands after the salt. */
function withRounds(sealed: string, rounds: number): string {
  const [first = "", ...rest] = sealed.trim().split("\n");
  const last = rest.pop() ?? "";
  const blob = Buffer.from(rest.join(""), "base64");
  const at = blob.indexOf("bcrypt") + "bcrypt".length + 4 + 4 + 16;
  expect(blob.readUInt32BE(at)).toBe(24);
  blob.writeUInt32BE(rounds, at);
  return [first, ...(blob.toString("base64").match(/.{1,70}/g) ?? []), last, ""].join("\n");
}
