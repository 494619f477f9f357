import type { AreaClient } from "@latchkey/api-contracts/area";
import type { ConsentChoice, ConsentQuestion, consentPrompt } from "@latchkey/api-contracts/consent";
import { useCallback, useEffect, useState } from "react";

declare global {
  interface Window {
    /** Set by the preload of this window alone. */
    readonly latchkeyConsent: AreaClient<typeof consentPrompt>;
  }
}

/** The question to show, how many wait behind it, and the way to answer it. */
export function useQuestion() {
  const [state, setState] = useState<{ question: ConsentQuestion | null; waiting: number }>();

  useEffect(() => {
    const load = () =>
      // Without an answer there is nothing to show, and what is not shown is not granted.
      window.latchkeyConsent.getQuestion().then(setState, () => setState({ question: null, waiting: 0 }));
    void load();
    return window.latchkeyConsent.onChanged(() => void load());
  }, []);

  /** Whether the answer counts; a yes that comes too early does not. */
  const answer = useCallback(async (questionId: string, choice: ConsentChoice): Promise<boolean> => {
    const reply = await window.latchkeyConsent.answer({ questionId, choice }).catch(() => undefined);
    return reply?.isAccepted ?? false;
  }, []);

  return { ...state, answer };
}
