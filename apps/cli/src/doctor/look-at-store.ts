import type { Patient } from "./look.ts";
import { finding } from "./look.ts";

/** Where new secrets go, why there, and how well they are guarded. */
export async function lookAtStorage({ t, store }: Patient) {
  const { storageBackend, protection, reason, readable } = store.status();
  const words = { storage: t(`storage.${storageBackend}`), reason: t(`reasons.${reason}`) };
  const next = t(`nextSteps.${reason}`);
  const stronger = t("doctor.storageFix", { next });
  const storage = readable
    ? reason === "working"
      ? finding("storage", "ok", t("doctor.storage", words))
      : finding("storage", "notice", t("doctor.storageFallback", words), { fix: stronger })
    : finding("storage", "problem", t("doctor.storageUnreadable", words), { fix: next });
  const guarded =
    protection === "none"
      ? finding("protection", "problem", t("doctor.unprotected"), { fix: stronger })
      : finding("protection", "ok", t("doctor.protected", { protection: t(`words.${protection}`) }));
  const weaker = readable ? await store.weaker() : [];
  const left = finding("protection", "problem", t("doctor.weaker", { count: weaker.length }), {
    fix: t("doctor.weakerFix"),
  });
  return [storage, guarded, ...(weaker.length > 0 ? [left] : [])];
}

/** Whether each secret of the index has its value, and whether a change waits. */
export async function lookAtValues({ t, store }: Patient) {
  const secrets = await store.list();
  const { readable, reason } = store.status();
  const missing = secrets.filter(({ state }) => state !== "present");
  const problems = missing.map(({ key, state }) =>
    finding(
      "values",
      "problem",
      state === "absent" ? t("doctor.valueMissing", { key }) : t("doctor.valueUnreadable", { key }),
      {
        fix: state === "absent" || readable ? t("doctor.valueFix", { key }) : t(`nextSteps.${reason}`),
      },
    ),
  );
  const pending = await store.pending();
  return [
    finding("index", "ok", t("doctor.index", { count: secrets.length })),
    ...(problems.length > 0 ? problems : [finding("values", "ok", t("doctor.values"))]),
    pending
      ? finding("pending", "notice", t("doctor.pending", { count: pending.keys.length }), {
          fix: t("doctor.pendingFix"),
        })
      : finding("pending", "ok", t("doctor.noPending")),
  ];
}

/** Variables that lead programs elsewhere, and variables of ours that this shell sets by itself. */
export async function lookAtEnvironment({ t, store, env }: Patient) {
  const poisoned = Object.keys(env).filter((name) => env[name] && poisonous.test(name));
  const mapped = new Set<string>((await store.list()).map(({ envName }) => envName));
  const shadowed = Object.keys(env).filter((name) => mapped.has(name));
  const findings = [
    ...poisoned.map((name) =>
      finding("environment", "problem", t("doctor.poisoned", { name }), {
        fix: t("doctor.poisonedFix", { name }),
      }),
    ),
    ...shadowed.map((name) =>
      finding("environment", "notice", t("doctor.shadowed", { name }), {
        fix: t("doctor.poisonedFix", { name }),
      }),
    ),
  ];
  return findings.length > 0 ? findings : [finding("environment", "ok", t("doctor.environment"))];
}

/** Variables through which a loader or an interpreter runs code, or writes memory and traffic down. */
const poisonous =
  /^(LD_PRELOAD|LD_AUDIT|LD_LIBRARY_PATH|DYLD_INSERT_LIBRARIES|DYLD_LIBRARY_PATH|NODE_OPTIONS|NODE_DEBUG|NODE_DEBUG_NATIVE|NODE_V8_COVERAGE|NODE_EXTRA_CA_CERTS|NODE_TLS_REJECT_UNAUTHORIZED|SSLKEYLOGFILE|PYTHONSTARTUP|PERL5OPT|RUBYOPT|BASH_ENV)$/;
