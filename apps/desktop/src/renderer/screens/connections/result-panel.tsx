import type { TestResult, TestStep } from "@latchkey/api-contracts/connection-test";
import { Check, Minus, X } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { ErrorNotice } from "../../components/notice.tsx";
import { StatusWord, type Tone } from "../../components/status-word.tsx";
import { useFormat } from "../../text/use-format.ts";
import { useNow } from "../../text/use-now.ts";
import { HostKeyCard } from "./host-key-card.tsx";
import type { TestState } from "./use-test-run.ts";

const tones: Record<TestResult["outcome"], Tone> = {
  ok: "ok",
  failed: "danger",
  cancelled: "neutral",
  "no-test": "neutral",
};
const stepIcons = { done: Check, failed: X, skipped: Minus } as const;

/** How long a test runs before saving without it is offered. */
const PATIENCE_MS = 2_000;

export interface ResultPanelProps {
  readonly name: string;
  readonly state: TestState;
  readonly onCancel: () => void;
  /** Takes the result away. */
  readonly onDismiss: () => void;
  /** Saves though the test before it has not worked, or not ended yet. */
  readonly onSaveUntested: () => void;
  /** Pins the key that an SSH server showed for the first time; without it there is no such button. */
  readonly onTrust: ((hostKey: string) => void) | undefined;
}

/** How a test goes and how it ended, at a fixed place with a limited height, so that it covers no button. */
export function ResultPanel({ name, state, ...on }: ResultPanelProps) {
  const { t } = useTranslation();
  if (state.status === "none") return null;
  return (
    <section
      aria-label={t("connections.result.label")}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling area must be reachable by keyboard
      tabIndex={0}
      className="max-h-[40%] shrink-0 overflow-auto border-t border-line bg-rail px-6 py-3"
    >
      <div className="mx-auto flex max-w-3xl flex-col gap-2">
        {state.status === "running" && <Running name={name} {...state} {...on} />}
        {state.status === "error" && (
          <ErrorNotice title={t("connections.result.error")} error={state.error} />
        )}
        {state.status === "ended" && <Ended name={name} {...state} {...on} />}
      </div>
    </section>
  );
}

type Actions = Omit<ResultPanelProps, "name" | "state">;

function Running({
  name,
  startedAt,
  purpose,
  onCancel,
  onSaveUntested,
}: { name: string } & Extract<TestState, { status: "running" }> & Actions) {
  const { t } = useTranslation();
  const elapsedMs = Math.max(0, useNow(500) - startedAt);
  const seconds = Math.floor(elapsedMs / 1_000);
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <output className="font-semibold">
        <StatusWord tone="busy">{t("connections.result.running", { name })}</StatusWord>
      </output>
      <span className="text-muted">{t("connections.testing", { seconds })}</span>
      <div className="flex flex-wrap gap-2">
        {purpose === "save" && elapsedMs >= PATIENCE_MS && (
          <Button isSmall look="quiet" onClick={onSaveUntested}>
            {t("connections.result.saveUntested")}
          </Button>
        )}
        <Button isSmall onClick={onCancel}>
          {t("connections.result.cancel")}
        </Button>
      </div>
    </div>
  );
}

function Ended({
  name,
  result,
  purpose,
  onTrust,
  onDismiss,
  onSaveUntested,
}: { name: string } & Extract<TestState, { status: "ended" }> & Actions) {
  const { t } = useTranslation();
  const { outcome, cause, steps, details, hostKey, tools } = result;
  const isFirstMeeting = cause === "host_key_new" && hostKey !== undefined;
  return (
    <>
      <p role={outcome === "failed" ? "alert" : "status"} className="font-semibold">
        {isFirstMeeting ? (
          <StatusWord tone="warn">{t("connections.result.firstMeeting", { name })}</StatusWord>
        ) : (
          <StatusWord tone={tones[outcome]}>{t(`connections.result.${outcome}`, { name })}</StatusWord>
        )}
      </p>
      {outcome === "no-test" && <p>{t("connections.result.noTest")}</p>}
      {cause && outcome !== "no-test" && <p>{t(`connections.causeText.${cause}`)}</p>}
      {purpose === "save" && outcome !== "ok" && (
        <p className="flex flex-wrap items-center gap-3">
          {t("connections.result.notSaved")}
          <Button isSmall onClick={onSaveUntested}>
            {t("connections.result.saveUntested")}
          </Button>
        </p>
      )}
      {hostKey && <HostKeyCard hostKey={hostKey} onTrust={onTrust} onCancel={onDismiss} />}
      {steps.length > 0 && (
        <ul aria-label={t("connections.result.steps")} className="flex flex-wrap gap-x-5 gap-y-1">
          {steps.map((step) => (
            <Step key={step.name} step={step} />
          ))}
        </ul>
      )}
      {tools && tools.length > 0 && (
        <p className="break-words">
          <span className="text-muted">{t("connections.result.tools")}: </span>
          {tools.join(", ")}
        </p>
      )}
      {details !== "" && <Details text={details} />}
    </>
  );
}

function Step({ step: { name, outcome, durationMs } }: { step: TestStep }) {
  const { t } = useTranslation();
  const format = useFormat();
  const Icon = stepIcons[outcome];
  return (
    <li className="inline-flex items-center gap-1.5">
      <Icon aria-hidden className={`size-4 ${outcome === "failed" ? "text-danger" : "text-muted"}`} />
      <span>{t(`connections.step.${name}`)}</span>
      <span className="sr-only">{t(`connections.stepOutcome.${outcome}`)}</span>
      {outcome !== "skipped" && <span className="text-muted">{format.milliseconds(durationMs)}</span>}
    </li>
  );
}

function Details({ text }: { text: string }) {
  const { t } = useTranslation();
  return (
    <details>
      <summary className="min-h-6 cursor-pointer">{t("connections.result.details")}</summary>
      <pre className="mt-1 font-mono text-xs leading-5 break-words whitespace-pre-wrap select-text">
        {text}
      </pre>
    </details>
  );
}
