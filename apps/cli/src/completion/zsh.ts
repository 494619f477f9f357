import { type Choice, optionsWithWord, type Verb } from "./verbs-of.ts";

/** For `source` after `compinit`, and for a file `_latchkey` on the `fpath`. */
export function zshScript(verbs: readonly Verb[]): string {
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

function words({ kind }: Choice): string {
  if (kind === "keys") return `compadd -- \${(f)"$(latchkey __keys 2>/dev/null)"}`;
  if (kind === "files") return "_files";
  return kind === "none" ? ":" : `compadd -- ${kind.join(" ")}`;
}

/** `name:about` of each, as `_describe` reads it. */
function described(choices: readonly Choice[]): string {
  return choices
    .map(({ name, about }) => `'${`${name}:${about}`.replaceAll("'", String.raw`'\''`)}'`)
    .join(" ");
}
