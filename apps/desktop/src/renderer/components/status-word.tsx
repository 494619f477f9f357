export type Tone = "ok" | "warn" | "danger" | "busy" | "neutral";

const dots: Record<Tone, string> = {
  ok: "bg-ok",
  warn: "bg-warn",
  danger: "bg-danger",
  busy: "bg-accent-ink animate-pulse",
  neutral: "bg-field",
};

const words: Record<Tone, string> = {
  ok: "",
  warn: "text-warn",
  danger: "text-danger",
  busy: "",
  neutral: "",
};

/** A state: a word with a coloured dot before it. The word alone carries the meaning. */
export function StatusWord({
  tone,
  children,
  className = "",
}: {
  readonly tone: Tone;
  readonly children: string;
  readonly className?: string;
}) {
  return (
    <span className={`inline-flex max-w-full min-w-0 items-center gap-2 ${words[tone]} ${className}`}>
      <span aria-hidden className={`size-2 shrink-0 rounded-full forced-color-adjust-none ${dots[tone]}`} />
      <span className="min-w-0 truncate">{children}</span>
    </span>
  );
}
