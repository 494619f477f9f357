import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Notice } from "../../components/notice.tsx";
import type { SecretFieldName } from "./field-errors.ts";

export interface ErrorSummaryProps {
  readonly problems: Readonly<Record<SecretFieldName, string | undefined>>;
  readonly onGoTo: (name: SecretFieldName) => void;
}

/** Gets the focus when more than one field is wrong, and leads to each of them. */
export function ErrorSummary({ problems, onGoTo }: ErrorSummaryProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const wrong = (["key", "envName", "value"] as const).filter((name) => problems[name]);
  const isShown = wrong.length > 1;
  useEffect(() => {
    if (isShown) box.current?.focus();
  }, [isShown]);
  if (!isShown) return null;
  return (
    <div ref={box} role="alert" tabIndex={-1} className="rounded-lg">
      <Notice look="danger" title={t("secrets.form.summary")}>
        <ul>
          {wrong.map((name) => (
            <li key={name}>
              <button
                type="button"
                className="min-h-6 rounded text-left font-medium underline underline-offset-2"
                onClick={() => onGoTo(name)}
              >
                {t(`secrets.form.${name}`)}
              </button>
            </li>
          ))}
        </ul>
      </Notice>
    </div>
  );
}
