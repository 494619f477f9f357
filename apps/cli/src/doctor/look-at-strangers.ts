import { finding, type Patient } from "./look.ts";

/** Whether something lies in the storage under our name that the index does not know: it is left alone. */
export async function lookAtStrangers({ t, store }: Patient) {
  // What cannot be read now was not looked through.
  if (!store.status().readable) return [];
  const { entries, others } = await store.strangers();
  const keys = [...new Set(entries.map(({ key }) => key))].join(", ");
  const ours = finding("strangers", "notice", t("doctor.strangers", { count: entries.length, keys }), {
    fix: t("doctor.strangersFix"),
  });
  const foreign = finding("strangers", "notice", t("doctor.others", { count: others }), {
    fix: t("doctor.othersFix"),
  });
  const found = [...(entries.length > 0 ? [ours] : []), ...(others > 0 ? [foreign] : [])];
  return found.length > 0 ? found : [finding("strangers", "ok", t("doctor.noStrangers"))];
}
