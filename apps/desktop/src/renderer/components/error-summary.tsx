import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Notice } from "./notice.tsx";

export interface ErrorSummaryProps<N extends string> {
  /** The wrong fields by name, with their titles. */
  readonly wrong: readonly (readonly [name: N, title: string])[];
  readonly onGoTo: (name: N) => void;
}

/** Gets the focus when more than one field is wrong, and leads to each of them. */
export function ErrorSummary<N extends string>({ wrong, onGoTo }: ErrorSummaryProps<N>) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const isShown = wrong.length > 1;
  useEffect(() => {
    if (isShown) box.current?.focus();
  }, [isShown]);
  if (!isShown) return null;
  return (
    <div ref={box} role="alert" tabIndex={-1} className="rounded-lg">
      <Notice look="danger" title={t("common.fieldsToCorrect")}>
        <ul>
          {wrong.map(([name, title]) => (
            <li key={name}>
              <button
                type="button"
                className="min-h-6 rounded text-left font-medium underline underline-offset-2"
                onClick={() => onGoTo(name)}
              >
                {title}
              </button>
            </li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}
