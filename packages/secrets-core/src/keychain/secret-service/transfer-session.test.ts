import { createDiffieHellmanGroup, hkdfSync } from "node:crypto";
import { expect, test } from "vitest";
import { startKeyAgreement } from "./transfer-session.ts";

test("both sides agree on a key, and either opens what the other sealed", () => {
  const [ours, theirs] = [startKeyAgreement(), startKeyAgreement()];
  const [ourKey, theirKey] = [ours.agree(theirs.publicKey), theirs.agree(ours.publicKey)];
  const texts = ["canary-value", "", "x".repeat(16), "canary-ключ"];
  const sealed = texts.map((text) => ourKey.seal(Buffer.from(text)));
  expect([theirKey.open(sealed).map(String), sealed.map((one) => one.sealed.length)]).toEqual([
    texts,
    [16, 16, 32, 16],
  ]);
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

test("a text that was sealed with another key, or has lost a part, is refused", () => {
  const key = startKeyAgreement().agree(startKeyAgreement().publicKey);
  const other = startKeyAgreement().agree(startKeyAgreement().publicKey);
  const { iv, sealed } = key.seal(Buffer.from("canary-".repeat(20)));
  for (const text of [
    { iv, sealed: sealed.subarray(0, 40) },
    { iv, sealed: sealed.subarray(0, 32) },
    { iv: iv.subarray(1), sealed },
    { iv, sealed: new Uint8Array() },
  ]) {
    expect(() => key.open([text])).toThrow(/another form|not sealed with this key/);
  }
  // One in 256 other keys gives a text that ends like a padded one.
  const opened = Array.from({ length: 40 }, () => {
    try {
      return other.open([key.seal(Buffer.from("canary-value"))])[0]?.toString() === "canary-value";
    } catch {
      return false;
    }
  });
  expect(opened).toEqual(Array.from({ length: 40 }, () => false));
});

test.each([[0], [1]])("a public key of %i, which would give the secret away, is refused", (number) => {
  expect(() => startKeyAgreement().agree(Buffer.from([number]))).toThrow(/outside the group/);
});
