import { foldersOf } from "@latchkey/host/folders";
import { readKeysQuickly } from "@latchkey/secrets-core/quick-read";

const verbs = [
  "set",
  "list",
  "show",
  "rm",
  "rename",
  "alias",
  "run",
  "up",
  "env",
  "import",
  "migrate",
  "backup",
  "restore",
  "rehearse",
  "recover",
  "unlock",
  "doctor",
  "audit",
  "completion",
];
const keyVerbs = ["set", "show", "rm", "rename", "alias"];
const fileVerbs = ["import", "migrate", "backup", "restore", "rehearse"];

/** The script that a shell reads; it asks `latchkey __keys` for the keys at each completion, never for a value. */
export function completionScript(shell: "bash" | "zsh" | "fish" | "powershell"): string {
  const all = verbs.join(" ");
  const keys = keyVerbs.join("|");
  const files = fileVerbs.join("|");
  const scripts = {
    bash: `_latchkey() {
  local word="\${COMP_WORDS[COMP_CWORD]}"
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${all}" -- "$word")); return; fi
  case "\${COMP_WORDS[1]}" in
    ${keys}) COMPREPLY=($(compgen -W "$(latchkey __keys 2>/dev/null)" -- "$word")) ;;
    ${files}) COMPREPLY=($(compgen -f -- "$word")) ;;
    completion) COMPREPLY=($(compgen -W "bash zsh fish powershell" -- "$word")) ;;
    run) COMPREPLY=($(compgen -c -- "$word")) ;;
  esac
}
complete -F _latchkey latchkey
`,
    zsh: `#compdef latchkey
_latchkey() {
  if (( CURRENT == 2 )); then compadd -- ${all}; return; fi
  case "$words[2]" in
    ${keys}) compadd -- \${(f)"$(latchkey __keys 2>/dev/null)"} ;;
    ${files}) _files ;;
    completion) compadd -- bash zsh fish powershell ;;
    run) _command_names -e ;;
  esac
}
compdef _latchkey latchkey
`,
    fish: `complete -c latchkey -f
complete -c latchkey -n __fish_use_subcommand -a "${all}"
complete -c latchkey -n "__fish_seen_subcommand_from ${keyVerbs.join(" ")}" -a "(latchkey __keys 2>/dev/null)"
complete -c latchkey -n "__fish_seen_subcommand_from ${fileVerbs.join(" ")}" -F
complete -c latchkey -n "__fish_seen_subcommand_from completion" -a "bash zsh fish powershell"
`,
    powershell: `Register-ArgumentCompleter -Native -CommandName latchkey -ScriptBlock {
  param($word, $ast, $position)
  $words = $ast.CommandElements | ForEach-Object { $_.ToString() }
  $known = if ($words.Count -le 2 -and $words[1] -notin @('${keyVerbs.join("','")}')) { '${all}'.Split(' ') }
  elseif ($words[1] -in @('${keyVerbs.join("','")}')) { latchkey __keys }
  $known | Where-Object { $_ -like "$word*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`,
  };
  return scripts[shell];
}

/** The keys, one a line, for the scripts. */
export function printKeys(): void {
  const keys = readKeysQuickly(foldersOf("latchkey").data);
  process.stdout.write(keys.map((key) => `${key}\n`).join(""));
}
