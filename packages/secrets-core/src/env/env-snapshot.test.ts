import { inspect } from "node:util";
import { SecretKey } from "@latchkey/api-contracts/ids";
import { expect, test } from "vitest";
import { mapToEnvName } from "./env-mapping.ts";
import { buildSnapshot, type SnapshotEntry } from "./env-snapshot.ts";

function entry(key: string, value?: string): SnapshotEntry {
  return { key: SecretKey.parse(key), envName: mapToEnvName(key, { appId: "latchkey" }), value };
}

test("a snapshot has its names sorted and its unreadable keys apart", () => {
  const snapshot = buildSnapshot([
    entry("sftp.b.password", "canary-b"),
    entry("provider.c.token"),
    entry("provider.a.token", "canary-a"),
  ]);
  expect([snapshot.toEnv(), snapshot.names, snapshot.keys, snapshot.unreadable]).toEqual([
    { PROVIDER_A_TOKEN: "canary-a", SFTP_B_PASSWORD: "canary-b" },
    ["PROVIDER_A_TOKEN", "SFTP_B_PASSWORD"],
    ["provider.a.token", "sftp.b.password"],
    ["provider.c.token"],
  ]);
});

test("snapshots are equal when a server would see the same", () => {
  const a = buildSnapshot([entry("provider.a.token", "canary-1"), entry("provider.b.token")]);
  const same = buildSnapshot([entry("provider.a.token", "canary-1")]);
  const other = buildSnapshot([entry("provider.a.token", "canary-2")]);
  expect([a.equals(same), a.equals(other), buildSnapshot([]).equals(a)]).toEqual([true, false, false]);
});

test("no printing of a snapshot shows a value", () => {
  const snapshot = buildSnapshot([entry("provider.a.token", "canary-1")]);
  const shown = [inspect(snapshot, { showHidden: true }), JSON.stringify(snapshot), String(snapshot)];
  expect(shown.join()).not.toContain("canary-1");
});

test("changing what a snapshot gave does not change the snapshot", () => {
  const snapshot = buildSnapshot([entry("provider.a.token", "canary-1")]);
  snapshot.toEnv()["PROVIDER_A_TOKEN"] = "changed";
  expect(snapshot.toEnv()).toEqual({ PROVIDER_A_TOKEN: "canary-1" });
});

test("two keys with one name make no snapshot", () => {
  expect(() => buildSnapshot([entry("provider.a-b.c", "x"), entry("provider.a.b-c", "y")])).toThrow(
    /would both be PROVIDER_A_B_C/,
  );
});

test("a snapshot can leave keys out, under every name they have", () => {
  const key = SecretKey.parse("provider.a.token");
  const snapshot = buildSnapshot([
    entry("provider.a.token", "canary-a"),
    entry("provider.b.token", "canary-b"),
  ]);
  const withAlias = snapshot.withAliases([{ key, envName: "A_TOKEN" }]);
  expect(withAlias.without(new Set([key])).toEnv()).toEqual({ PROVIDER_B_TOKEN: "canary-b" });
});
