import type { ReactNode } from "react";

/** The one `h1` of a screen, a sentence on what the screen is for, and its main action. */
export function ScreenTitle({
  title,
  intro,
  action,
}: {
  readonly title: string;
  readonly intro: string;
  readonly action?: ReactNode;
}) {
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="min-w-56 flex-1">
        <h1 tabIndex={-1} className="w-fit max-w-full rounded text-xl leading-7 font-semibold tracking-tight">
          {title}
        </h1>
        <p className="mt-0.5 max-w-prose text-muted">{intro}</p>
      </div>
      {action}
    </header>
  );
}
