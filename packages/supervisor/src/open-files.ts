import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { devNull } from "node:os";

/** A descriptor above this would make the table of a child too long; none is expected there. */
const MAX_DESCRIPTOR = 65_535;
const CLOSE_ON_EXEC = 0o2_000_000;

/**
 * The descriptors above the standard ones that a child of this process would inherit: Node marks its own as closed on
 * exec, yet not all that it was started with. Linux only; elsewhere empty.
 *
 * @see https://man7.org/linux/man-pages/man5/proc_pid_fdinfo.5.html
 */
export function findInheritableDescriptors(): number[] {
  if (process.platform !== "linux") return [];
  const descriptors = readdirSync("/proc/self/fd").map(Number);
  return descriptors.filter((fd) => fd > 2 && fd <= MAX_DESCRIPTOR && isInheritable(fd));
}

function isInheritable(fd: number): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    return false;
  }
}

/**
 * Calls `start` with the standard streams of a child: three pipes, and nothing in the place of each descriptor that it
 * would inherit otherwise.
 */
export function withClosedFiles<T>(start: (stdio: ("pipe" | "ignore" | number)[]) => T): T {
  const stdio: ("pipe" | "ignore" | number)[] = ["pipe", "pipe", "pipe"];
  const inheritable = findInheritableDescriptors();
  if (inheritable.length === 0) return start(stdio);
  const nothing = openSync(devNull, "r+");
  try {
    // "ignore" above the standard streams leaves the place as it is, so only the named ones are covered.
    for (let fd = 3; fd <= Math.max(...inheritable); fd += 1)
      stdio.push(inheritable.includes(fd) ? nothing : "ignore");
    return start(stdio);
  } finally {
    closeSync(nothing);
  }
}
