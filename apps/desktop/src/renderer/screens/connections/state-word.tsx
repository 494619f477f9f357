import type { Connection } from "@latchkey/api-contracts/connections";
import { stateLooks, useStateWord } from "./state-look.ts";

const colours = {
  ok: "text-ok",
  warn: "text-warn",
  danger: "text-danger",
  busy: "text-accent-ink",
  neutral: "text-muted",
} as const;

/** How a connection stands: a picture and a word, in the colour of the state. */
export function StateWord({ connection, now }: { readonly connection: Connection; readonly now: number }) {
  const wordOf = useStateWord();
  const { tone, Icon } = stateLooks[connection.state];
  return (
    <span className={`inline-flex min-w-0 items-center gap-1.5 ${colours[tone]}`}>
      <Icon aria-hidden className="size-4 shrink-0" />
      <span className="min-w-0 truncate">{wordOf(connection, now)}</span>
    </span>
  );
}
