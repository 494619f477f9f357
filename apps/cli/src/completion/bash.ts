import { type Choice, namesOf, optionsWithWord, type Verb } from "./verbs-of.ts";

/** Bash 4 and newer complete files themselves; 3.2, as on macOS, gets them as words. */
export function bashScript(verbs: readonly Verb[]): string {
  const former = optionsWithWord(verbs).map((option) => `    ${option.name}) ${words(option)}; return ;;`);
  const cases = verbs.map((verb) => {
    const plain = verb.name === "run" ? `_latchkey_words "--"` : words(verb);
    return `    ${verb.name}) if [[ $word == -* ]]; then _latchkey_words "${namesOf(verb.options)}${verb.name === "run" ? " --" : ""}"; else ${plain}; fi ;;`;
  });
  return `_latchkey_words() { COMPREPLY=($(compgen -W "$1" -- "$word")); }
_latchkey_files() { compopt -o default 2>/dev/null || COMPREPLY=($(compgen -f -- "$word")); }
_latchkey() {
  local at word="\${COMP_WORDS[COMP_CWORD]}"
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then _latchkey_words "${namesOf(verbs)} --help --version"; return; fi
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

function words({ kind }: Choice): string {
  if (kind === "keys") return `_latchkey_words "$(latchkey __keys 2>/dev/null)"`;
  if (kind === "files") return "_latchkey_files";
  return `_latchkey_words "${kind === "none" ? "" : kind.join(" ")}"`;
}
