import { type Kind, namesOf, type Verb } from "./verbs-of.ts";

export function powershellScript(verbs: readonly Verb[]): string {
  const cases = verbs.map(
    ({ name, kind, options }) => `    '${name}' { ${words(kind)} + '${namesOf(options)}'.Split(' ') }`,
  );
  return `Register-ArgumentCompleter -Native -CommandName latchkey -ScriptBlock {
  param($word, $ast, $position)
  $words = @($ast.CommandElements | ForEach-Object { $_.ToString() })
  $isVerb = $words.Count -eq 1 -or ($words.Count -eq 2 -and $word -ne '')
  $known = if ($isVerb) { '${namesOf(verbs)}'.Split(' ') } else { switch ($words[1]) {
${cases.join("\n")}
  } }
  $known | Where-Object { $_ -like "$word*" } | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_) }
}
`;
}

function words(kind: Kind): string {
  if (kind === "keys") return "@(latchkey __keys)";
  return typeof kind === "string" ? "@()" : `'${kind.join(" ")}'.Split(' ')`;
}
