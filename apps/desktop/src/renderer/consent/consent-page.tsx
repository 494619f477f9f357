import type { ConsentChoice, ConsentQuestion } from "@latchkey/api-contracts/consent";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../components/button.tsx";
import { FactList } from "../components/fact-list.tsx";
import { Notice } from "../components/notice.tsx";
import { RequesterIcon } from "../components/requester-icon.tsx";
import { isolate } from "../text/format.ts";
import { useQuestionFacts } from "./question-facts.tsx";
import { useArmed } from "./use-armed.ts";
import { useQuestion } from "./use-question.ts";

/** Asks one question. Nothing here is remembered: main keeps the question and takes the answer. */
export function ConsentPage() {
  const { question, waiting = 0, answer } = useQuestion();
  if (!question) return <main aria-busy />;
  return <Question key={question.questionId} question={question} waiting={waiting} answer={answer} />;
}

interface QuestionProps {
  readonly question: ConsentQuestion;
  readonly waiting: number;
  readonly answer: (questionId: string, choice: ConsentChoice) => Promise<boolean>;
}

function Question({ question, waiting, answer }: QuestionProps) {
  const { t } = useTranslation();
  const { questionId, requester, connection, changes, denyBlocks } = question;
  const facts = useQuestionFacts(question);
  const [isArmed, disarm] = useArmed();
  const deny = useRef<HTMLButtonElement>(null);

  const choose = async (choice: ConsentChoice) => {
    if (!(await answer(questionId, choice))) disarm();
  };

  useEffect(() => {
    deny.current?.focus();
    const denyOnEscape = (event: KeyboardEvent) => {
      if (event.key === "Escape") void answer(questionId, "deny");
    };
    window.addEventListener("keydown", denyOnEscape);
    return () => window.removeEventListener("keydown", denyOnEscape);
  }, [answer, questionId]);

  return (
    <main
      role="alertdialog"
      aria-labelledby="title"
      aria-describedby="facts"
      className="flex h-full flex-col"
    >
      <section className="flex-1 overflow-y-auto p-5" aria-labelledby="title">
        <div className="mb-4 flex items-start gap-3">
          <RequesterIcon requesterId={requester.requesterId} />
          <h1 id="title" className="min-w-0 break-words text-lg font-semibold">
            {t("consent.title", {
              requester: isolate(requester.name),
              connection: isolate(connection.displayName),
            })}
          </h1>
        </div>
        {changes.length > 0 && (
          <Notice look="warn" className="mb-4">
            {[t("consent.changed"), ...changes.map((change) => t(`consent.change.${change}`))].join(" ")}
          </Notice>
        )}
        <div id="facts">
          <FactList facts={facts} isRoomy />
        </div>
      </section>
      <footer className="border-t border-line px-5 py-4">
        <div className="mb-3 grid gap-1 text-[0.8125rem] text-muted">
          {waiting > 0 && <output>{t("consent.waiting", { count: waiting })}</output>}
          {denyBlocks && <p>{t("consent.denyBlocks")}</p>}
          <p>{t("consent.alwaysReach")}</p>
        </div>
        <div className="flex flex-wrap justify-end gap-2">
          <Button ref={deny} isBusy={!isArmed} onClick={() => void choose("deny")}>
            {t("consent.deny")}
          </Button>
          <Button isBusy={!isArmed} onClick={() => void choose("once")}>
            {t("consent.once")}
          </Button>
          <Button isBusy={!isArmed} onClick={() => void choose("always")}>
            {t("consent.always")}
          </Button>
        </div>
      </footer>
    </main>
  );
}
