import type { ReactNode } from "react";

/** Nothing here yet: one sentence, one button. */
export function EmptyState({
  icon,
  text,
  action,
}: {
  readonly icon: ReactNode;
  readonly text: string;
  readonly action: ReactNode;
}) {
  return (
    <div className="flex flex-1 flex-col items-center justify-center gap-4 px-6 py-12 text-center">
      <span
        aria-hidden
        className="inline-flex size-12 items-center justify-center rounded-xl bg-accent-tint text-accent-ink"
      >
        {icon}
      </span>
      <p className="max-w-sm text-balance text-muted">{text}</p>
      {action}
    </div>
  );
}
