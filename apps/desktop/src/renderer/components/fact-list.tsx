import type { ReactNode } from "react";

export interface Fact {
  readonly label: string;
  readonly value: ReactNode;
}

export interface FactListProps {
  readonly facts: readonly Fact[];
  /** For values of several lines. */
  readonly isRoomy?: boolean;
}

/** Names and their values, side by side or stacked where it is narrow. */
export function FactList({ facts, isRoomy = false }: FactListProps) {
  return (
    <dl
      className={`grid grid-cols-[fit-content(40%)_minmax(0,1fr)] gap-x-6 ${isRoomy ? "gap-y-4" : "gap-y-1.5"}`}
    >
      {facts.map(({ label, value }) => (
        <div key={label} className="contents">
          <dt className="text-muted">{label}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
