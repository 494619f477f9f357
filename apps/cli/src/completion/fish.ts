import type { Kind, Verb } from "./verbs-of.ts";

export function fishScript(verbs: readonly Verb[]): string {
  const lines = verbs.flatMap((verb) => {
    const seen = `complete -c latchkey -n "__fish_seen_subcommand_from ${verb.name}"`;
    const plain = verb.name === "run" ? ` -F -a "(__fish_complete_command)"` : words(verb.kind);
    return [
      `complete -c latchkey -n __fish_use_subcommand -a ${verb.name} -d ${quoted(verb.about)}`,
      ...(plain === undefined ? [] : [`${seen}${plain}`]),
      ...verb.options.map(({ name, about, kind }) => {
        const word = words(kind);
        return `${seen} -l ${name.slice(2)}${word === undefined ? "" : ` -r${word}`} -d ${quoted(about)}`;
      }),
    ];
  });
  return `complete -c latchkey -f\n${lines.join("\n")}\n`;
}

function words(kind: Kind): string | undefined {
  if (kind === "keys") return ` -a "(latchkey __keys 2>/dev/null)"`;
  if (kind === "files") return " -F";
  return kind === "none" ? undefined : ` -a ${quoted(kind.join(" "))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", String.raw`\'`)}'`;
}
