import { foldersOf } from "@latchkey/host/folders";
import { readKeysQuickly } from "@latchkey/secrets-core/quick-read";
import type { Command, Option } from "commander";

export type Shell = "bash" | "zsh" | "fish" | "powershell";

/** What a word of a verb can be: a key that is kept, a file, one of fixed words, or anything. */
type Kind = "keys" | "files" | "none" | readonly string[];
type Choice = Readonly<{ name: string; about: string; kind: Kind }>;
type Verb = Choice & Readonly<{ options: readonly Choice[] }>;

/** The script that a shell reads; it asks `latchkey __keys` for the keys at each completion, never for a value. */
export function completionScript(shell: Shell, program: Command): string {
  const verbs = verbsOf(program);
  if (shell === "bash") return bashScript(verbs);
  if (shell === "zsh") return zshScript(verbs);
  return shell === "fish" ? fishScript(verbs) : powershellScript(verbs);
}

/** The keys, one a line, for the scripts. */
export function printKeys(): void {
  const keys = readKeysQuickly(foldersOf("latchkey").data);
  process.stdout.write(keys.map((key) => `${key}\n`).join(""));
}

/** All that the help shows, as it shows it. */
function verbsOf(program: Command): Verb[] {
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

const names = (choices: readonly Choice[]) => choices.map(({ name }) => name).join(" ");
/** The options that take a word of a kind; each is the same in all verbs. */
function optionsWithWord(verbs: readonly Verb[]): Choice[] {
  const all = verbs.flatMap(({ options }) => options).filter(({ kind }) => kind !== "none");
  return [...new Map(all.map((option) => [option.name, option])).values()];
}

function bashScript(verbs: readonly Verb[]): string {
  const words = ({ kind }: Choice) => {
    if (kind === "keys") return `_latchkey_words "$(latchkey __keys 2>/dev/null)"`;
    if (kind === "files") return "_latchkey_files";
    return `_latchkey_words "${kind === "none" ? "" : kind.join(" ")}"`;
  };
  const former = optionsWithWord(verbs).map((option) => `    ${option.name}) ${words(option)}; return ;;`);
  const cases = verbs.map((verb) => {
    const plain = verb.name === "run" ? `_latchkey_words "--"` : words(verb);
    return `    ${verb.name}) if [[ $word == -* ]]; then _latchkey_words "${names(verb.options)}${verb.name === "run" ? " --" : ""}"; else ${plain}; fi ;;`;
  });
  return `_latchkey_words() { COMPREPLY=($(compgen -W "$1" -- "$word")); }
_latchkey_files() { compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "$word")); }
_latchkey() {
  local at word="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then _latchkey_words "${names(verbs)} --help --version"; return; fi
  for ((at = 2; at < COMP_CWORD; at++)); do
    [[ \${COMP_WORDS[at]} == -- ]] || continue
    if ((at + 1 == COMP_CWORD)); then COMPREPLY=($(compgen -c -- "$word")); else _latchkey_files; fi
    return
  done
  case "\${COMP_WORDS[COMP_CWORD - 1]}" in
${former.join("\n")}
  esac
  case "\${COMP_WORDS[1]}" in
${cases.join("\n")}
  esac
}
complete -F _latchkey latchkey
`;
}

function zshScript(verbs: readonly Verb[]): string {
  const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const described = (choices: readonly Choice[]) =>
    choices.map(({ name, about }) => quoted(`${name.replaceAll(":", String.raw`\:`)}:${about}`)).join(" ");
  const words = ({ kind }: Choice) => {
    if (kind === "keys") return `compadd -- \${(f)"$(latchkey __keys 2>/dev/null)"}`;
    if (kind === "files") return "_files";
    return kind === "none" ? ":" : `compadd -- ${kind.join(" ")}`;
  };
  const former = optionsWithWord(verbs).map((option) => `    ${option.name}) ${words(option)}; return ;;`);
  const cases = verbs.map((verb) => {
    const plain = verb.name === "run" ? "compadd -- --" : words(verb);
    return `    ${verb.name}) choices=(${described(verb.options)}); ${plain} ;;`;
  });
  return `#compdef latchkey
_latchkey() {
  local -a choices
  local at=\${words[(i)--]}
  if (( CURRENT == 2 )); then choices=(${described(verbs)}); _describe command choices; return; fi
  if (( at < CURRENT )); then shift $at words; (( CURRENT -= at )); _normal; return; fi
  case "$words[CURRENT-1]" in
${former.join("\n")}
  esac
  case "$words[2]" in
${cases.join("\n")}
  esac
  [[ $PREFIX == -* ]] && _describe option choices
}
if [[ $funcstack[1] == _latchkey ]]; then _latchkey "$@"; else compdef _latchkey latchkey; fi
`;
}

function fishScript(verbs: readonly Verb[]): string {
  const quoted = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", String.raw`\'`)}'`;
  const keys = `"(latchkey __keys 2>/dev/null)"`;
  const words = (kind: Kind) => {
    if (kind === "keys") return ` -a ${keys}`;
    if (kind === "files") return " -F";
    return kind === "none" ? undefined : ` -a ${quoted(kind.join(" "))}`;
  };
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

function powershellScript(verbs: readonly Verb[]): string {
  const list = (kind: Kind) => {
    if (kind === "keys") return "@(latchkey __keys)";
    return typeof kind === "string" ? "@()" : `'${kind.join(" ")}'.Split(' ')`;
  };
  const cases = verbs.map(
    ({ name, kind, options }) => `    '${name}' { ${list(kind)} + '${names(options)}'.Split(' ') }`,
  );
  return `Register-ArgumentCompleter -Native -CommandName latchkey -ScriptBlock {
  param($word, $ast, $position)
  $words = @($ast.CommandElements | ForEach-Object { $_.ToString() })
  $isVerb = $words.Count -eq 1 -or ($words.Count -eq 2 -and $word -ne '')
  $known = if ($isVerb) { '${names(verbs)}'.Split(' ') } else { switch ($words[1]) {
${cases.join("\n")}
  } }
  $known | Where-Object { $_ -like "$word*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`;
}
