import { fstatSync, writeSync } from "node:fs";
import { readDeliveryQuickly } from "@latchkey/connections/quick-delivery";
import { foldersOf } from "@latchkey/host/folders";
import { findUnsafeEnvironment } from "@latchkey/host/unsafe-environment";
import { type QuickSecret, readSecretsQuickly } from "@latchkey/secrets-core/quick-read";
import { exitCodes } from "../exit-codes.ts";
import { childEnv } from "./child-env.ts";
import { findCommand } from "./find-command.ts";
import { type Mask, type Matcher, matcherOf, parseRun } from "./parse-run.ts";
import { canReplaceProcess, replaceProcess } from "./replace-process.ts";

/**
 * `latchkey run`: starts a program with the secrets in its environment, and ends as it ends. Where no output is to be
 * masked this process becomes the program.
 */
export async function run(words: readonly string[]): Promise<void> {
  const request = parseRun(words);
  if ("problem" in request) {
    const { tellRunProblem } = await import("./run-problems.ts");
    return end(exitCodes.usage, tellRunProblem(request));
  }
  const unsafe = findUnsafeEnvironment({ env: process.env, hasSwitch: () => false, isPackaged: false });
  if (unsafe) return end(exitCodes.failure, unsafe);
  const folders = foldersOf("latchkey");
  const isWanted = matcherOf(request.only);
  // The keychain answers while the log is loaded and the program is looked for.
  const reading = readSecretsQuickly({
    folder: folders.data,
    service: "latchkey",
    env: process.env,
    delivery: () => readDeliveryQuickly(folders),
    isWanted,
  });
  const { auditDelivery } = await import("./audit-delivery.ts");
  const [name = "", ...args] = request.command;
  const command = findCommand(name, process.env["PATH"]);
  const quick = await reading;
  if ("exitCode" in command) {
    const { tellCommandProblem } = await import("./run-problems.ts");
    return end(command.exitCode, tellCommandProblem(command.exitCode));
  }
  const secrets = quick ?? (await readThroughStore(isWanted));
  if (!secrets) return;
  if (secrets.length === 0 && request.only.length > 0) {
    const { tellNoMatch } = await import("./run-problems.ts");
    return end(exitCodes.notFound, tellNoMatch());
  }
  try {
    if (secrets.length > 0) {
      await auditDelivery(folders.data, [...new Set(secrets.map(({ key }) => key))].toSorted());
    }
  } catch (error) {
    const { goesOnUnrecorded, tellAuditFailure, tellUnrecorded } = await import("./run-problems.ts");
    if (!(await goesOnUnrecorded(folders.config))) {
      const problem = tellAuditFailure(error);
      return end(problem.exitCode, problem.text);
    }
    say(tellUnrecorded());
  }
  const env = childEnv(process.env, secrets, request);
  const masked = secrets.length === 0 ? [] : maskedStreams(request.mask);
  if (masked.length === 0 && canReplaceProcess(command.path, request.command, env)) {
    replaceProcess(command.path, request.command, env);
  }
  const { runChild } = await import("./run-child.ts");
  const values = secrets.map(({ value }) => value);
  process.exitCode = await runChild({ path: command.path, name, args, env, masked, values });
}

/** Which of the child's output streams pass the redaction. `auto` leaves terminals and devices such as `/dev/null`. */
function maskedStreams(mask: Mask): (1 | 2)[] {
  if (mask === "never") return [];
  return ([1, 2] as const).filter((descriptor) => mask === "always" || !isDevice(descriptor));
}

function isDevice(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    return true;
  }
}

/** What is out of the ordinary is told, or put right, by the store; `undefined` when it was told. */
async function readThroughStore(isWanted: Matcher): Promise<readonly QuickSecret[] | undefined> {
  const { readWithStore } = await import("./read-with-store.ts");
  const read = await readWithStore(isWanted);
  if ("secrets" in read) return read.secrets;
  end(read.exitCode, read.text);
  return undefined;
}

function end(exitCode: number, text: string): void {
  say(text);
  process.exitCode = exitCode;
}

function say(text: string): void {
  try {
    writeSync(2, `${text}\n`);
  } catch {
    // Nobody reads it.
  }
}
