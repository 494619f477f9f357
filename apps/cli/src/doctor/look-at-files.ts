import { chmod, lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { openAudit } from "@latchkey/host";
import { finding, type Patient } from "./look.ts";

/** As the store itself judges: a lock that its owner did not renew for this long is nobody's. */
const staleMs = 4_000;
/** A file of a write under way is not left over yet. */
const oldMs = 60_000;

type BeforeOpening = Omit<Patient, "store" | "connections">;

const modeOf = (mode: number) => (mode & 0o777).toString(8).padStart(4, "0");

/** Whether anyone but the person can read the store's files. */
export async function lookAtPermissions({ t, folders, mayFix }: BeforeOpening) {
  const names = await readdir(folders.data).catch(() => []);
  const files = names.filter((name) => /^(secrets|activity)/.test(name) && name !== "secrets.lock");
  const findings = [];
  const rights: [string, number][] = files.map((name) => [join(folders.data, name), 0o600]);
  for (const [path, right] of [[folders.data, 0o700] as const, ...rights]) {
    const stats = await lstat(path).catch(() => undefined);
    if (!stats) continue;
    const isForeign = stats.isSymbolicLink() || stats.uid !== (process.getuid?.() ?? stats.uid);
    if (isForeign) {
      findings.push(
        finding("permissions", "problem", t("doctor.foreign", { file: path }), {
          fix: t("doctor.foreignFix"),
        }),
      );
    } else if (process.platform !== "win32" && (stats.mode & 0o077) !== 0) {
      if (mayFix) await chmod(path, right);
      const text = t("doctor.wide", { file: path, mode: modeOf(stats.mode) });
      findings.push(
        finding("permissions", "problem", text, {
          fix: t("doctor.wideFix", { mode: modeOf(right) }),
          isFixed: mayFix,
        }),
      );
    }
  }
  return findings.length > 0 ? findings : [finding("permissions", "ok", t("doctor.permissions"))];
}

/** Whether a process that is gone left its lock. */
export async function lookAtLock({ t, folders, mayFix }: BeforeOpening) {
  const path = join(folders.data, "secrets.lock");
  const stats = await lstat(path).catch(() => undefined);
  if (!stats || Date.now() - stats.mtimeMs < staleMs) return [finding("lock", "ok", t("doctor.noLock"))];
  if (mayFix) await rm(path, { recursive: true, force: true });
  return [finding("lock", "notice", t("doctor.lock"), { fix: t("doctor.lockFix"), isFixed: mayFix })];
}

/** Files that may hold values and that nothing needs: half-written ones, copies, a `secrets.env` beside the keychain. */
export async function lookAtPlaintext({ t, store, folders, mayFix }: Patient) {
  const names = await readdir(folders.data).catch(() => []);
  const usesFile = (await store.list()).some(({ storageBackend }) => storageBackend === "env-file");
  const findings = [];
  for (const name of names) {
    const path = join(folders.data, name);
    const isTemporary = /^\.secrets.*\.tmp$|^secrets\.env\..*\.probe$/.test(name);
    const isCopy =
      /^secrets\.env(?!\.sealed)/.test(name) && !isTemporary && (name !== "secrets.env" || !usesFile);
    if (!isTemporary && !isCopy) continue;
    const stats = await lstat(path).catch(() => undefined);
    if (!stats || Date.now() - stats.mtimeMs < (isTemporary ? oldMs : 0) || stats.size === 0) continue;
    // A copy may be somebody's only one, so only half-written files are put right.
    const isFixed = mayFix && isTemporary;
    if (isFixed) await rm(path, { force: true });
    findings.push(
      finding("plaintext", "notice", t("doctor.plaintext", { file: path }), {
        fix: t(isTemporary ? "doctor.temporaryFix" : "doctor.plaintextFix"),
        isFixed,
      }),
    );
  }
  return findings.length > 0 ? findings : [finding("plaintext", "ok", t("doctor.noPlaintext"))];
}

/** Whether the activity log is whole. */
export async function lookAtActivity({ t, folders }: Patient) {
  await using log = await openAudit(folders);
  const { isSound, entries, beforeChain } = await log.verify();
  if (isSound) return [finding("activity", "ok", t("doctor.activity", { count: entries + beforeChain }))];
  return [finding("activity", "problem", t("doctor.activityBad"), { fix: t("doctor.activityFix") })];
}
