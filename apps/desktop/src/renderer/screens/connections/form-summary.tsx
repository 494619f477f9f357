import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Notice } from "../../components/notice.tsx";

export interface FormSummaryProps {
  /** The wrong fields by name, with their titles. */
  readonly wrong: readonly (readonly [name: string, title: string])[];
  readonly onGoTo: (name: string) => void;
}

/** Gets the focus when more than one field is wrong, and leads to each of them. */
export function FormSummary({ wrong, onGoTo }: FormSummaryProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const isShown = wrong.length > 1;
  useEffect(() => {
    if (isShown) box.current?.focus();
  }, [isShown]);
  if (!isShown) return null;
  return (
    <div ref={box} role="alert" tabIndex={-1} className="rounded-lg">
      <Notice look="danger" title={t("connections.form.summary")}>
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
