import type { ConsentQuestion } from "@latchkey/api-contracts/consent";
import type { RequesterId } from "@latchkey/api-contracts/ids";
import type { Prompt, PromptOutcome } from "./ports.ts";

/** How many questions may wait: in all, and of one requester. */
export type QueueLimits = Readonly<{ maxWaiting: number; maxOfOne: number }>;

export const defaultQueueLimits: QueueLimits = { maxWaiting: 20, maxOfOne: 5 };

/** What came of a question; `cancelled` when it was taken back, `too-many` when it was not taken on. */
export type QuestionOutcome = PromptOutcome | "cancelled" | "too-many";

export type QuestionQueue = Readonly<{
  /** `make` is called when its turn has come. */
  ask: (
    requesterId: RequesterId,
    make: () => ConsentQuestion,
    signal: AbortSignal,
  ) => Promise<QuestionOutcome>;
  /** How many wait besides the one on show. */
  waiting: () => number;
  isAsking: () => boolean;
}>;

type Waiting = {
  requesterId: RequesterId;
  make: () => ConsentQuestion;
  signal: AbortSignal;
  resolve: (outcome: QuestionOutcome) => void;
};

/** Questions before the person, one after the other in the order in which they came. */
export function createQuestionQueue(options: {
  prompt: Prompt;
  limits: QueueLimits;
  onChange: () => void;
}): QuestionQueue {
  const { prompt, limits, onChange } = options;
  const queue: Waiting[] = [];
  let onShow: Waiting | undefined;

  async function showNext(): Promise<void> {
    if (onShow) return;
    onShow = queue.shift();
    if (!onShow) return;
    const { make, signal, resolve } = onShow;
    onChange();
    const outcome = await promptSafely(make, signal);
    onShow = undefined;
    resolve(signal.aborted ? "cancelled" : outcome);
    onChange();
    await showNext();
  }
  async function promptSafely(make: () => ConsentQuestion, signal: AbortSignal): Promise<PromptOutcome> {
    try {
      return await prompt(make(), signal);
    } catch {
      // A question that cannot be asked is one without an answer.
      return "no-answer";
    }
  }
  return {
    ask(requesterId, make, signal) {
      if (signal.aborted) return Promise.resolve("cancelled");
      const ofOne = [...queue, onShow].filter((one) => one?.requesterId === requesterId).length;
      if (ofOne >= limits.maxOfOne || queue.length >= limits.maxWaiting) return Promise.resolve("too-many");
      return new Promise((resolve) => {
        const asked = { requesterId, make, signal, resolve };
        queue.push(asked);
        signal.addEventListener(
          "abort",
          () => {
            const at = queue.indexOf(asked);
            if (at === -1) return;
            queue.splice(at, 1);
            resolve("cancelled");
            onChange();
          },
          { once: true },
        );
        onChange();
        void showNext();
      });
    },
    waiting: () => queue.length,
    isAsking: () => onShow !== undefined,
  };
}
