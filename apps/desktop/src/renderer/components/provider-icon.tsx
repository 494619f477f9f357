import { useState } from "react";
import { OutlineIcon } from "./outline-icon.tsx";
import type { OutlineName } from "./outlines.ts";

// An author may choose the name of what every object has.
const icons: ReadonlyMap<string, OutlineName> = new Map([
  ["openai", "sparkles"],
  ["anthropic", "brain"],
  ["openrouter", "route"],
  ["ollama", "cpu"],
  ["server", "server"],
  ["github", "git-branch"],
  ["web", "globe"],
  ["mail", "mail"],
  ["files", "folder-tree"],
  ["program", "square-terminal"],
]);

/** The picture of a provider: one of our own by its name, or that of an extension; a plug where there is none. */
export function ProviderIcon({ icon }: { readonly icon: string | undefined }) {
  return (
    <span
      aria-hidden
      className="inline-flex size-8 shrink-0 items-center justify-center rounded-lg bg-accent-tint text-accent-ink"
    >
      {icon?.startsWith("data:") ? <Picture source={icon} /> : <OwnIcon icon={icon} />}
    </span>
  );
}

function OwnIcon({ icon = "" }: { readonly icon: string | undefined }) {
  return <OutlineIcon name={icons.get(icon) ?? "plug"} />;
}

/** As an image it runs nothing and loads nothing, whatever its author put into it. */
function Picture({ source }: { readonly source: string }) {
  const [failed, setFailed] = useState("");
  if (source === failed) return <OwnIcon icon={undefined} />;
  return <img src={source} alt="" draggable={false} className="size-5" onError={() => setFailed(source)} />;
}
