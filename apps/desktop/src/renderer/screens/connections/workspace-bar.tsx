import { FolderOpen } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { announceFailed } from "../../components/toasts.tsx";
import { bridge } from "../../data/bridge.ts";
import { asErrorData, errorText } from "../../text/error-text.ts";

/** Which workspace is open, and the way to open another. */
export function WorkspaceBar({ workspace }: { readonly workspace: string | null }) {
  const { t } = useTranslation();
  const run = (step: Promise<unknown>) =>
    void step.catch((thrown: unknown) =>
      announceFailed(t("connections.workspace.failed"), errorText(t, asErrorData(thrown))),
    );
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-2 text-muted">
      <FolderOpen aria-hidden className="size-4" />
      <span className="min-w-0 truncate">
        {workspace === null
          ? t("connections.workspace.none")
          : `${t("connections.workspace.label")}: ${workspace}`}
      </span>
      <Button isSmall onClick={() => run(bridge.connections.openWorkspace())}>
        {t("connections.workspace.open")}
      </Button>
      {workspace !== null && (
        <Button isSmall look="quiet" onClick={() => run(bridge.connections.closeWorkspace())}>
          {t("connections.workspace.close")}
        </Button>
      )}
    </div>
  );
}
