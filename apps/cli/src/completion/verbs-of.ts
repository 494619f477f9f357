import type { Command, Option } from "commander";

/** What a word of a verb can be: a key that is kept, a file, one of fixed words, or anything. */
export type Kind = "keys" | "files" | "none" | readonly string[];
export type Choice = Readonly<{ name: string; about: string; kind: Kind }>;
export type Verb = Choice & Readonly<{ options: readonly Choice[] }>;

/** All that the help shows, as it shows it. */
export function verbsOf(program: Command): Verb[] {
  const help = program.createHelp();
  const common = help.visibleOptions(program).filter(({ long }) => long !== "--version");
  return help.visibleCommands(program).map((command) => {
    const [argument] = command.registeredArguments;
    const isOfVerb = argument?.name() === "command" && command.name() === "help";
    const names = help.visibleCommands(program).map((one) => one.name());
    const own = help.visibleOptions(command).filter(({ long }) => long !== "--help");
    return {
      name: command.name(),
      about: command.description(),
      kind: isOfVerb ? names : kindOf(argument?.name() ?? "", argument?.argChoices),
      options: [...own, ...common].map(optionOf),
    };
  });
}

function optionOf({ long, description, flags, argChoices }: Option): Choice {
  const [, word = ""] = /<([a-z-]+)>/.exec(flags) ?? [];
  return { name: long ?? "", about: description, kind: kindOf(word, argChoices) };
}

function kindOf(word: string, choices: readonly string[] | undefined): Kind {
  if (choices) return choices;
  if (word === "file") return "files";
  return word === "key" || word === "keys" || word === "pattern" ? "keys" : "none";
}

/** Names as the words of a shell's list. */
export function namesOf(choices: readonly Choice[]): string {
  return choices.map(({ name }) => name).join(" ");
}

/** The options that take a word of a kind; each is the same in all verbs. */
export function optionsWithWord(verbs: readonly Verb[]): Choice[] {
  const all = verbs.flatMap(({ options }) => options).filter(({ kind }) => kind !== "none");
  return [...new Map(all.map((option) => [option.name, option])).values()];
}
