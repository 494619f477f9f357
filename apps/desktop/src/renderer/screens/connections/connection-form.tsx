import type { TestResult } from "@latchkey/api-contracts/connection-test";
import type { Connection } from "@latchkey/api-contracts/connections";
import { isSecretField } from "@latchkey/api-contracts/fields";
import type { FieldDefinition, ProviderDefinition } from "@latchkey/api-contracts/providers";
import { useBlocker } from "@tanstack/react-router";
import { ExternalLink } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { TickField } from "../../components/choice-fields.tsx";
import { ErrorSummary } from "../../components/error-summary.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { TextField } from "../../components/text-field.tsx";
import { LeaveDialog } from "./leave-dialog.tsx";
import { PlainField } from "./plain-field.tsx";
import { ResultPanel } from "./result-panel.tsx";
import { SecretSlot } from "./secret-slot.tsx";
import { type ConnectionFormOptions, useConnectionForm, type Wanted } from "./use-connection-form.ts";
import { type SavedConnection, useSave, type WantedChange } from "./use-save.ts";
import { useTestRun } from "./use-test-run.ts";

export interface ConnectionFormProps extends Omit<ConnectionFormOptions, "saved" | "onSave"> {
  /** The saved connection; undefined for a new one. */
  readonly connection: Connection | undefined;
  /** Whether a workspace is open that a new connection can be put in. */
  readonly hasWorkspace: boolean;
  /** Tests what is saved when the form opens. */
  readonly testsAtOnce?: boolean;
  /** How the last test of what is saved went, where that is known. */
  readonly lastResult?: TestResult | undefined;
  /** The form comes in the place of one that was saved, and takes its focus. */
  readonly isSaved?: boolean;
  readonly toChange: (wanted: Wanted) => WantedChange;
  readonly onSaved: (saved: SavedConnection) => void | Promise<void>;
  readonly onCancel: () => void;
  /** Stands above the fields. */
  readonly head?: ReactNode;
  /** Stands below the fields of a saved connection. */
  readonly children?: ReactNode;
}

/** The form that a provider's definition asks for, the result of a test below it, and the buttons at its foot. */
export function ConnectionForm({
  connection,
  hasWorkspace,
  testsAtOnce,
  isSaved = false,
  ...props
}: ConnectionFormProps) {
  const { t } = useTranslation();
  const { definition, start, head, children } = props;
  const run = useTestRun(props.lastResult);
  const { save, stopTesting } = useSave(run, props.onSaved);
  // What is off, or not confirmed yet, is not used: not by a test either. Of a value that is made now nobody knows yet.
  const hasTest = "kind" in definition.test && !connection?.isDisabled && connection?.state !== "unconfirmed";
  const state = useConnectionForm({
    definition,
    start,
    saved: connection?.secrets ?? {},
    onSave: (wanted, isTested) =>
      save(props.toChange(wanted), isTested && hasTest && wanted.generatedSecrets.length === 0),
  });
  const { form, shown, problems, isSending, isDirty } = state;
  const blocker = useBlocker({
    shouldBlockFn: () => isDirty,
    enableBeforeUnload: false,
    withResolver: true,
  });
  const name = form.watch("displayName").trim() || definition.title;
  const isUnconfirmed = connection?.state === "unconfirmed";

  function test(): void {
    if (isSending) return;
    if (connection && !isDirty) return void run.start({ id: connection.id });
    if (!state.checkFields()) return;
    const draft = {
      providerId: definition.id,
      fields: state.values,
      secrets: state.readSecrets(),
      usedSecrets: state.usedSecrets(),
      removedSecrets: state.removedSecrets(),
    };
    void run.start(connection ? { ...draft, id: connection.id } : draft);
  }
  const latest = useRef({ test, save: state.save });
  useEffect(() => {
    latest.current = { test, save: state.save };
  });
  useEffect(() => {
    if (testsAtOnce) latest.current.test();
    const onKey = (event: KeyboardEvent) => {
      if (!event.altKey || event.code !== "KeyT" || document.querySelector("[data-modal]")) return;
      event.preventDefault();
      latest.current.test();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [testsAtOnce, latest]);

  const canTrust = definition.fields.some((field) => field.name === "host-key");
  const testButton = useRef<HTMLButtonElement>(null);
  const saveButton = useRef<HTMLButtonElement>(null);
  const isForSave = "purpose" in run.state && run.state.purpose === "save";
  // What the panel is for goes with it, so its focus goes back to the button that it came from.
  const leavePanel = () => (isForSave ? saveButton : testButton).current?.focus();
  useEffect(() => {
    // What had the focus went with the screen before.
    if (document.activeElement !== document.body) return;
    if (isSaved) saveButton.current?.focus();
    else document.querySelector("h1")?.focus();
  }, [isSaved]);
  function trust(hostKey: string): void {
    leavePanel();
    form.setValue("values.host-key", hostKey, { shouldDirty: true });
    // After the form has taken it, so that the test has it too.
    requestAnimationFrame(() => (isForSave ? latest.current.save(true) : latest.current.test()));
  }
  function saveUntested(): void {
    leavePanel();
    if (isSending) stopTesting();
    else state.save(false);
  }

  const slot = (field: FieldDefinition) =>
    isSecretField(field) ? (
      <div key={field.name} data-field={field.name} className="flex flex-col gap-2">
        <SecretSlot
          ref={state.attach(field.name)}
          field={field}
          status={connection?.secrets[field.name]}
          mode={state.modeOf(field.name)}
          error={problems[field.name]}
          isSending={isSending}
          isElsewhere={state.isElsewhere}
          onMode={(mode) => state.setMode(field.name, mode)}
          usedKey={state.usedKeyOf(field.name)}
          onUse={(key) => state.use(field.name, key)}
          onEdit={() => state.onSecretEdit(field.name)}
        />
        {field.env && definition.deliver === "server-env" && (
          <TickField
            label={t("connections.form.alias", { env: field.env })}
            help={t("connections.form.aliasHelp")}
            {...form.register(`aliases.${field.env}`)}
          />
        )}
      </div>
    ) : (
      <PlainField
        key={field.name}
        field={field}
        error={problems[field.name]}
        isReadOnly={isSending}
        control={form.register(`values.${field.name}`, { onChange: () => state.clearProblem(field.name) })}
      />
    );
  const titles = new Map<string, string>(definition.fields.map((field) => [field.name, field.title]));
  const wrong = Object.keys(problems).map(
    (field) => [field, titles.get(field) ?? t("connections.form.name")] as const,
  );
  const advanced = shown.filter((field) => field.advanced);

  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        state.save(true);
      }}
      className="flex h-full min-h-0 flex-col"
    >
      <div className="min-h-0 flex-1 overflow-auto p-6">
        <div className="mx-auto flex max-w-3xl flex-col gap-5">
          {head}
          <ErrorSummary wrong={wrong} onGoTo={state.focusOn} />
          {state.error && <ErrorNotice title={t("connections.notSaved", { name })} error={state.error} />}
          <TextField
            label={t("connections.form.name")}
            help={t("connections.form.nameHelp")}
            error={problems["displayName"]}
            readOnly={isSending}
            className="font-sans"
            {...form.register("displayName", { onChange: () => state.clearProblem("displayName") })}
          />
          {!connection && hasWorkspace && (
            <fieldset className="flex flex-col gap-2">
              <legend className="mb-1.5 font-medium">{t("connections.form.scope")}</legend>
              {(["user", "workspace"] as const).map((scope) => (
                <TickField
                  key={scope}
                  type="radio"
                  value={scope}
                  label={t(`connections.scope.${scope}`)}
                  help={t(`connections.scopeHelp.${scope}`)}
                  {...form.register("scope")}
                />
              ))}
            </fieldset>
          )}
          {shown.filter((field) => !field.advanced).map(slot)}
          {advanced.length > 0 && (
            <details open={advanced.some((field) => problems[field.name]) || isUnconfirmed || undefined}>
              <summary className="min-h-6 cursor-pointer font-medium">{t("connections.form.more")}</summary>
              <div className="mt-3 flex flex-col gap-5">{advanced.map(slot)}</div>
            </details>
          )}
          <DocsLink definition={definition} />
          {children}
        </div>
      </div>
      <ResultPanel
        name={name}
        state={run.state}
        onCancel={run.cancel}
        onDismiss={() => {
          leavePanel();
          run.dismiss();
        }}
        onSaveUntested={saveUntested}
        onTrust={canTrust ? trust : undefined}
      />
      <footer className="flex shrink-0 flex-wrap items-center gap-2 border-t border-line px-6 py-3">
        <Button
          ref={testButton}
          aria-keyshortcuts="Alt+T"
          isBusy={isSending || run.state.status === "running"}
          onClick={test}
        >
          {t("connections.form.test")}
        </Button>
        <span className="flex-1" />
        <Button onClick={props.onCancel}>
          {t(connection && !isDirty ? "common.close" : "common.cancel")}
        </Button>
        <Button
          ref={saveButton}
          look="primary"
          type="submit"
          aria-keyshortcuts="Control+Enter"
          isBusy={isSending}
        >
          {isSending ? t("common.saving") : t("common.save")}
        </Button>
      </footer>
      <LeaveDialog
        isOpen={blocker.status === "blocked"}
        onLeave={() => blocker.proceed?.()}
        onStay={() => blocker.reset?.()}
      />
    </form>
  );
}

/** The address is shown as text: the window opens no others. */
function DocsLink({ definition }: { definition: ProviderDefinition }) {
  const { t } = useTranslation();
  if (!definition.docsUrl) return null;
  return (
    <p className="flex flex-wrap items-center gap-1.5 text-[0.8125rem] text-muted">
      <ExternalLink aria-hidden className="size-4" />
      <span>{t("connections.form.docs")}:</span>
      <span className="break-all select-text">{definition.docsUrl}</span>
    </p>
  );
}
