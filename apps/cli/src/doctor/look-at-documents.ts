import { AppError } from "@latchkey/api-contracts/errors";
import { finding, type Patient } from "./look.ts";

/** Whether the settings and the connections can be read: without them programs get nothing. */
export async function lookAtDocuments({ t, folders, connections }: Patient) {
  try {
    await connections();
    return [finding("index", "ok", t("doctor.documents"))];
  } catch (error) {
    if (!(error instanceof AppError) || !error.code.startsWith("files.")) throw error;
    const file = String(error.details.file ?? "?");
    const folder = file === "settings.json" ? folders.config : folders.data;
    return [
      finding("index", "problem", t("doctor.documentBad", { file }), {
        fix: t("doctor.documentFix", { file, folder }),
      }),
    ];
  }
}
