import { createDiffieHellmanGroup, hkdfSync } from "node:crypto";
import { expect, test } from "vitest";
import { startKeyAgreement } from "./transfer-session.ts";

test("both sides agree on a key, and either opens what the other sealed", () => {
  const [ours, theirs] = [startKeyAgreement(), startKeyAgreement()];
  const [ourKey, theirKey] = [ours.agree(theirs.publicKey), theirs.agree(ours.publicKey)];
  const { iv, sealed } = ourKey.seal(Buffer.from("canary-value"));
  expect([theirKey.open(iv, sealed).toString(), sealed.includes("canary")]).toEqual(["canary-value", false]);
});

test("the public key is one of the group that the specification names", () => {
  const node = createDiffieHellmanGroup("modp2");
  node.generateKeys();
  const ours = startKeyAgreement();
  const shared = node.computeSecret(ours.publicKey);
  const key = Buffer.from(
    hkdfSync("sha256", Buffer.concat([Buffer.alloc(128 - shared.length), shared]), "", "", 16),
  );
  const { iv, sealed } = ours.agree(node.getPublicKey()).seal(Buffer.from("canary-value"));
  expect([ours.publicKey.length, key.length, sealed.length, iv.length]).toEqual([128, 16, 16, 16]);
});

test.each([[0], [1]])("a public key of %i, which would give the secret away, is refused", (number) => {
  expect(() => startKeyAgreement().agree(Buffer.from([number]))).toThrow(/outside the group/);
});
