import type { Connection } from "@latchkey/api-contracts/connections";
import { OutlineIcon } from "../../components/outline-icon.tsx";
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
  return <StateLook state={connection.state} word={wordOf(connection, now)} />;
}

/** The same where the word is known. */
export function StateLook({ state, word }: { readonly state: Connection["state"]; readonly word: string }) {
  const { tone, icon } = stateLooks[state];
  return (
    <span className={`inline-flex max-w-full min-w-0 items-center gap-1.5 align-top ${colours[tone]}`}>
      <OutlineIcon name={icon} />
      <span className="min-w-0 truncate">{word}</span>
    </span>
  );
}
