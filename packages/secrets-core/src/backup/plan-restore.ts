import { AppError, type ErrorCode } from "@latchkey/api-contracts/errors";
import { type EnvName, SecretKey } from "@latchkey/api-contracts/ids";
import type { SecretSource } from "@latchkey/api-contracts/secrets";
import { allNamesOf } from "../env/aliases.ts";
import { refuseCollision } from "../env/env-collision.ts";
import { mapToEnvName } from "../env/env-mapping.ts";
import type { BackupSecret } from "./backup-document.ts";
import { keyInApp, renamed } from "./restored-key.ts";

/** What to do with a key that has another value in the store. */
export type OnConflict = "keep" | "replace" | "both";

/** What a restore does, or did, with one secret of a backup. Never a value. */
export type RestoreItem = Readonly<{
  /** The key in the backup. */
  from: SecretKey;
  /** The key in the store; another one for another app, or beside a value that stays. */
  key: string;
  action: "create" | "replace" | "same" | "keep" | "refuse";
  /** Why it is refused. */
  code?: ErrorCode;
}>;

/** With what will be written. */
export type PlannedRestore = RestoreItem &
  Readonly<{
    write?: Readonly<{
      value: string;
      envName?: string | undefined;
      aliases?: readonly string[] | undefined;
      source: SecretSource;
    }>;
  }>;

/** A secret of the store; without a value it cannot be read now. */
export type StoredSecret = Readonly<{
  key: SecretKey;
  envName: EnvName;
  aliases?: readonly EnvName[] | undefined;
  value?: string | undefined;
}>;

export type PlanInput = Readonly<{
  secrets: readonly BackupSecret[];
  stored: readonly StoredSecret[];
  fromAppId: string;
  appId: string;
  onConflict: OnConflict;
}>;

/** Plans a restore, before anything is written. Pure. */
export function planRestore({ secrets, stored, fromAppId, appId, onConflict }: PlanInput): PlannedRestore[] {
  const owners = [...allNamesOf(stored.map((secret) => [secret.key, secret]))];
  const values = new Map<string, StoredSecret>(stored.map((secret) => [secret.key, secret]));
  const differs = (key: string, value: string) => values.has(key) && values.get(key)?.value !== value;

  /** The part of a name that tells a restored connection from the stored one; its secrets go together. */
  const copies = new Map<string, number>();
  function copyOf(group: string): number {
    const known = copies.get(group);
    if (known !== undefined) return known;
    let number = 2;
    const keys = secrets
      .map(({ key }) => keyInApp(key, fromAppId, appId))
      .filter((key) => renamed(key, 0).group === group);
    while (keys.some((key) => isTaken(renamed(key, number).key))) number++;
    copies.set(group, number);
    return number;
  }
  function isTaken(key: string): boolean {
    return (
      owners.some(([other]) => other === key) ||
      secrets.some((secret) => keyInApp(secret.key, fromAppId, appId) === key)
    );
  }

  const conflicts = new Set(
    secrets
      .map(({ key, value }) => ({ key: keyInApp(key, fromAppId, appId), value }))
      .filter(({ key, value }) => differs(key, value))
      .map(({ key }) => renamed(key, 0).group),
  );

  /** Takes a name for a key. @throws `secrets.collision` */
  function take(key: SecretKey, name: EnvName): void {
    refuseCollision(key, name, owners);
    owners.push([key, { envName: name }]);
  }
  /** A further variable that is another secret's by now is left out. */
  function takeIfFree(key: SecretKey, name: EnvName): boolean {
    try {
      take(key, name);
      return true;
    } catch {
      return false;
    }
  }

  return secrets.map(({ key: from, envName, aliases, value, source }): PlannedRestore => {
    const key = keyInApp(from, fromAppId, appId);
    const isKnown = values.has(key);
    const { group } = renamed(key, 0);
    if (isKnown && !differs(key, value) && !(onConflict === "both" && conflicts.has(group))) {
      return { from, key, action: "same" };
    }
    if (isKnown && onConflict === "keep") return { from, key, action: "keep" };
    const isCopy = onConflict === "both" && conflicts.has(group);
    const target = isCopy ? renamed(key, copyOf(group), envName) : { key, envName };
    const write = { value, envName: target.envName, source };
    const action = isKnown && !isCopy ? "replace" : "create";
    try {
      const name = mapToEnvName(target.key, { appId, envName: target.envName });
      const checked = SecretKey.parse(target.key);
      take(checked, name);
      const further = aliases?.filter((alias) => takeIfFree(checked, alias));
      return { from, key: target.key, action, write: { ...write, aliases: further } };
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      return { from, key: target.key, action: "refuse", code: error.code };
    }
  });
}
