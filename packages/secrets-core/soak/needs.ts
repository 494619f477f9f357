import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** What following and stopping a writer's file calls lacks here. */
export function missingForTraces(): string[] {
  return isOnPath("strace") ? [] : ["strace (apt-get install strace)"];
}

/** What cutting the power of a file system lacks here. */
export function missingForCuts(): string[] {
  const programs = ["gcc", "mkfs.ext4", "mount", "truncate"].filter((program) => !isOnPath(program));
  return [
    ...programs,
    ...(process.getuid?.() === 0 ? [] : ["root, to mount a file system"]),
    ...(exists("/dev/loop-control") ? [] : ["loop devices (/dev/loop-control)"]),
  ];
}

function isOnPath(program: string): boolean {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return [...folders, "/usr/sbin", "/sbin"].some((folder) => exists(join(folder, program), constants.X_OK));
}

function exists(path: string, mode = constants.F_OK): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
