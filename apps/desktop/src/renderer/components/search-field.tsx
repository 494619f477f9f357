import { Search } from "lucide-react";

/** How the controls above a list look. */
export const filterLook =
  "min-h-8 min-w-0 rounded-md border border-field/60 bg-canvas px-2 py-1 focus-visible:outline-offset-0";

/** The search of a screen. Ctrl/Cmd+F and `/` lead here. */
export function SearchField({
  label,
  placeholder,
  value,
  onChange,
}: {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  return (
    <div className="relative min-w-48 flex-[1_1_16rem]">
      <Search aria-hidden className="absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-muted" />
      <input
        type="search"
        aria-label={label}
        aria-keyshortcuts="Control+F /"
        placeholder={placeholder}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") onChange("");
        }}
        autoComplete="off"
        spellCheck={false}
        className={`w-full pl-8 ${filterLook}`}
      />
    </div>
  );
}
