import { join } from "node:path";
import { runProgram } from "./run-program.ts";
import type { Step } from "./step.ts";

/** What power cuts, kills and failing disks leave of the store: the short run, whose counts are shown. */
export const soakStep: Step = {
  name: "soak",
  run: async () => {
    const { code, output } = await runProgram("node", [join("tooling", "check", "src", "soak.ts")]);
    if (code === 0) process.stdout.write(output.replace(/^(?=.)/gm, "    "));
    return { isPassed: code === 0, output };
  },
};
