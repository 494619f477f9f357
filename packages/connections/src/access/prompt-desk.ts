import type { AreaHandlers } from "@latchkey/api-contracts/area";
import type { ConsentQuestion, consentPrompt } from "@latchkey/api-contracts/consent";
import type { Clock, Prompt, PromptOutcome, PromptWindow } from "./ports.ts";

/** **Units** milliseconds. */
export type PromptLimits = Readonly<{
  /** No answer until then is a denial. */
  answerMs: number;
  /** An answer that comes sooner was meant for something else. */
  inertMs: number;
}>;

export const defaultPromptLimits: PromptLimits = { answerMs: 120_000, inertMs: 500 };

export type PromptDesk = Readonly<{
  ask: Prompt;
  handlers: AreaHandlers<typeof consentPrompt>;
  focus: () => void;
}>;

type Open = {
  question: ConsentQuestion;
  shownAtMs: number | undefined;
  settle: (outcome: PromptOutcome) => void;
};

/**
 * Brings one question at a time before the person and takes the answer, from the window of the question alone. A
 * window that is closed, crashes or cannot be opened gives no answer.
 */
export function createPromptDesk(options: {
  window: PromptWindow;
  clock: Clock;
  limits: PromptLimits;
  /** How many further questions wait. */
  waiting: () => number;
}): PromptDesk {
  const { window, clock, limits } = options;
  let open: Open | undefined;

  function ask(question: ConsentQuestion, signal: AbortSignal): Promise<PromptOutcome> {
    return new Promise((resolve) => {
      const settle = (outcome: PromptOutcome) => {
        if (open !== asked) return;
        open = undefined;
        cancelTimer();
        signal.removeEventListener("abort", takeBack);
        window.close();
        resolve(outcome);
      };
      const takeBack = () => settle("no-answer");
      const asked: Open = { question, shownAtMs: undefined, settle };
      const cancelTimer = clock.setTimer(limits.answerMs, takeBack);
      open = asked;
      signal.addEventListener("abort", takeBack, { once: true });
      if (signal.aborted) return takeBack();
      try {
        window.open(takeBack);
      } catch {
        takeBack();
      }
    });
  }

  return {
    ask,
    focus: () => window.focus(),
    handlers: {
      getQuestion() {
        if (open) open.shownAtMs ??= clock.nowMs();
        return { question: open?.question ?? null, waiting: options.waiting() };
      },
      answer({ questionId, choice }) {
        const shownAtMs = open?.question.questionId === questionId ? open.shownAtMs : undefined;
        if (shownAtMs === undefined || clock.nowMs() - shownAtMs < limits.inertMs)
          return { isAccepted: false };
        open?.settle(choice);
        return { isAccepted: true };
      },
    },
  };
}
