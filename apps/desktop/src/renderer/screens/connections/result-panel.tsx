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

export interface ResultPanelProps {
  readonly name: string;
  readonly state: TestState;
  readonly onCancel: () => void;
  /** Takes the result away. */
  readonly onDismiss: () => void;
  /** Pins the key that an SSH server showed for the first time; without it there is no such button. */
  readonly onTrust: ((hostKey: string) => void) | undefined;
}

/** How a test goes and how it ended, at a fixed place with a limited height, so that it covers no button. */
export function ResultPanel({ name, state, onCancel, onDismiss, onTrust }: ResultPanelProps) {
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
        {state.status === "running" && (
          <Running name={name} startedAt={state.startedAt} onCancel={onCancel} />
        )}
        {state.status === "error" && (
          <ErrorNotice title={t("connections.result.error")} error={state.error} />
        )}
        {state.status === "ended" && (
          <Ended name={name} result={state.result} onTrust={onTrust} onDismiss={onDismiss} />
        )}
      </div>
    </section>
  );
}

function Running({ name, startedAt, onCancel }: { name: string; startedAt: number; onCancel: () => void }) {
  const { t } = useTranslation();
  const seconds = Math.max(0, Math.round((useNow(1_000) - startedAt) / 1_000));
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <output className="font-semibold">
        <StatusWord tone="busy">{t("connections.result.running", { name })}</StatusWord>
      </output>
      <span className="text-muted">{t("connections.testing", { seconds })}</span>
      <Button isSmall onClick={onCancel}>
        {t("connections.result.cancel")}
      </Button>
    </div>
  );
}

function Ended({
  name,
  result,
  onTrust,
  onDismiss,
}: { name: string; result: TestResult } & Pick<ResultPanelProps, "onTrust" | "onDismiss">) {
  const { t } = useTranslation();
  const { outcome, cause, steps, details, hostKey, tools } = result;
  return (
    <>
      <p role={outcome === "failed" ? "alert" : "status"} className="font-semibold">
        <StatusWord tone={tones[outcome]}>{t(`connections.result.${outcome}`, { name })}</StatusWord>
      </p>
      {outcome === "no-test" && <p>{t("connections.result.noTest")}</p>}
      {cause && outcome !== "no-test" && <p>{t(`connections.causeText.${cause}`)}</p>}
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
      {outcome !== "skipped" && <span className="text-muted">{format.number(durationMs)} ms</span>}
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
