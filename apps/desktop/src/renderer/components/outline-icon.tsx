import { type OutlineName, outlines } from "./outlines.ts";

/** An icon beside a word that says the same. It is drawn as one shape, for lists. */
export function OutlineIcon({
  name,
  className = "",
}: {
  readonly name: OutlineName;
  readonly className?: string;
}) {
  return (
    <svg aria-hidden viewBox="0 0 24 24" className={`outline-icon ${className}`}>
      <path d={outlines[name]} />
    </svg>
  );
}
