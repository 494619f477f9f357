import { type ReactNode, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "./button.tsx";

/** Waiting in stages: nothing below 200 ms, then a skeleton, a word after 2 s, a way out after 10 s. */
export function Loading({ onRetry }: { readonly onRetry: () => void }) {
  const { t } = useTranslation();
  const [stage, setStage] = useState(0);
  useEffect(() => {
    const timers = [200, 2_000, 10_000].map((ms, index) => setTimeout(() => setStage(index + 1), ms));
    return () => {
      for (const timer of timers) clearTimeout(timer);
    };
  }, []);
  if (stage === 0) return null;
  return (
    <div className="flex flex-col gap-3 py-2">
      <Skeleton />
      {stage > 1 && <p className="text-muted">{t("common.loading")}</p>}
      {stage > 2 && (
        <div className="flex flex-wrap items-center gap-3">
          <p>{t("common.loadingLong")}</p>
          <Button onClick={onRetry}>{t("common.tryAgain")}</Button>
        </div>
      )}
    </div>
  );
}

function Skeleton(): ReactNode {
  return (
    <div aria-hidden className="flex animate-pulse flex-col gap-3">
      {["w-3/5", "w-4/5", "w-1/2", "w-2/3"].map((width) => (
        <div key={width} className={`h-9 rounded-md bg-hover ${width}`} />
      ))}
    </div>
  );
}
