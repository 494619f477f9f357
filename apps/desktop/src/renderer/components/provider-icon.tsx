import {
  Brain,
  Cpu,
  FolderTree,
  GitBranch,
  Globe,
  type LucideIcon,
  Mail,
  Plug,
  Route,
  Server,
  Sparkles,
  SquareTerminal,
} from "lucide-react";
import { createElement, useState } from "react";

const icons: Readonly<Record<string, LucideIcon>> = {
  openai: Sparkles,
  anthropic: Brain,
  openrouter: Route,
  ollama: Cpu,
  server: Server,
  github: GitBranch,
  web: Globe,
  mail: Mail,
  files: FolderTree,
  program: SquareTerminal,
};

/** The picture of a provider: one of our own by its name, or that of an extension; a plug where there is none. */
export function ProviderIcon({ icon }: { readonly icon: string | undefined }) {
  return (
    <span
      aria-hidden
      className="inline-flex size-8 shrink-0 items-center justify-center rounded-lg bg-accent-tint text-accent-ink"
    >
      <Picture icon={icon} />
    </span>
  );
}

function Picture({ icon = "" }: { readonly icon: string | undefined }) {
  const [failed, setFailed] = useState("");
  // As an image it runs nothing and loads nothing, whatever its author put into it.
  if (icon.startsWith("data:") && icon !== failed) {
    return <img src={icon} alt="" draggable={false} className="size-5" onError={() => setFailed(icon)} />;
  }
  // An author may choose the name of what every object has.
  return createElement((Object.hasOwn(icons, icon) && icons[icon]) || Plug, { className: "size-4" });
}
