import { join } from "node:path";
import { runProgram } from "./run-program.ts";
import type { Step } from "./step.ts";

/** What is checked without running the product. */
export const staticSteps: readonly Step[] = [
  programStep("types", "turbo", ["run", "typecheck", "--continue", "--output-logs=errors-only"]),
  programStep("lint", "oxlint", ["--type-aware", "--deny-warnings"]),
  programStep("format", "biome", ["ci", "--reporter=summary", "."]),
  programStep("arrows", "node", [join("tooling", "lint", "src", "main.ts")]),
  programStep("packages as installed", "node", [join("tooling", "library", "src", "main.ts")]),
  programStep("unused code", "knip", ["--no-progress"]),
  programStep("secrets in the repository", "secretlint", ["--secretlintignore", ".gitignore", "**/*"]),
];

function programStep(name: string, program: string, args: readonly string[]): Step {
  return {
    name,
    run: async () => {
      const { code, output } = await runProgram(program, args);
      return { isPassed: code === 0, output };
    },
  };
}
