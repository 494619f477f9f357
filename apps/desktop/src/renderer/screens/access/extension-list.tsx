import type { ExtensionState } from "@latchkey/api-contracts/extensions";
import { Puzzle } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { StatusWord } from "../../components/status-word.tsx";
import { bridge } from "../../data/bridge.ts";
import { errorText } from "../../text/error-text.ts";
import { isolate } from "../../text/format.ts";
import { extensionView, type LoadedExtension } from "./extension-view.ts";
import { rowLook, rowsLook } from "./row-look.ts";
import { useStep } from "./use-step.ts";

/** What is installed: whether it runs, why not, and the way to start and stop it. */
export function ExtensionList({ extensions }: { readonly extensions: readonly ExtensionState[] }) {
  const { t } = useTranslation();
  return (
    <section aria-labelledby="extensions" className="flex flex-col gap-2">
      <h2 id="extensions" className="text-base font-semibold">
        {t("access.extensions")}
      </h2>
      {extensions.length === 0 ? (
        <EmptyState icon={<Puzzle className="size-6" />} text={t("access.noExtensions")} action={null} />
      ) : (
        <ul aria-labelledby="extensions" className={rowsLook}>
          {extensions.map((state) =>
            state.status === "invalid" ? (
              <InvalidRow key={state.folder} state={state} />
            ) : (
              <LoadedRow key={state.id} state={state} />
            ),
          )}
        </ul>
      )}
    </section>
  );
}

function LoadedRow({ state }: { readonly state: LoadedExtension }) {
  const { t } = useTranslation();
  const { running, run } = useStep();
  const { id, displayName, publisher, version, stop } = state;
  const { word, tone, action } = extensionView(state);
  const name = isolate(displayName);
  return (
    <li className={rowLook}>
      <div className="min-w-0 break-words">
        <h3 className="font-medium">
          <bdi>{displayName}</bdi>
        </h3>
        <p className="text-muted">
          <bdi>{publisher}</bdi> · {t("consent.version", { version: isolate(version) })}
        </p>
      </div>
      <div className="min-w-0">
        <p>
          <StatusWord tone={tone}>{t(`access.extension.${word}`)}</StatusWord>
        </p>
        {stop !== null && <p className="text-muted">{t(`access.stopReason.${stop}`)}</p>}
      </div>
      {action && (
        <Button
          isSmall
          className="w-fit"
          isBusy={running !== undefined}
          aria-label={t(`access.${action}Named`, { name })}
          onClick={() =>
            void run({
              id: action,
              call: () => bridge.extensions[action]({ id }),
              done: t(`access.${action}Done`, { name }),
              failed: t(`access.${action}Failed`, { name }),
            })
          }
        >
          {t(`access.${action}`)}
        </Button>
      )}
    </li>
  );
}

function InvalidRow({ state }: { readonly state: Extract<ExtensionState, { status: "invalid" }> }) {
  const { t } = useTranslation();
  return (
    <li className={rowLook}>
      <div className="min-w-0 break-words">
        <h3 className="font-medium">
          <bdi>{state.folder.split(/[/\\]/).at(-1)}</bdi>
        </h3>
        <p className="font-mono text-xs leading-5 break-all text-muted">{state.folder}</p>
      </div>
      <div className="min-w-0">
        <p>
          <StatusWord tone="danger">{t("access.extension.invalid")}</StatusWord>
        </p>
        <p className="text-muted">{errorText(t, state.error)}</p>
      </div>
    </li>
  );
}
