import type { RequesterId } from "@latchkey/api-contracts/ids";
import { AppWindow, Bot, Puzzle, Server, SquareTerminal } from "lucide-react";

const icons = {
  extension: Puzzle,
  tool: Bot,
  cli: SquareTerminal,
  window: AppWindow,
  server: Server,
} as const;

/** What kind of requester it is, as a picture; the words beside it say so too. */
export function RequesterIcon({ requesterId }: { readonly requesterId: RequesterId }) {
  const Icon = icons[kindOf(requesterId)];
  return <Icon aria-hidden className="mt-0.5 size-6 shrink-0 text-accent-ink" />;
}

export function kindOf(requesterId: RequesterId): keyof typeof icons {
  const [kind = ""] = requesterId.split(":");
  return isKind(kind) ? kind : "server";
}

const isKind = (kind: string): kind is keyof typeof icons => Object.hasOwn(icons, kind);
