import { readdirSync, readFileSync } from "node:fs";
import { expect } from "@playwright/test";

/** Reads a file of `/proc`; a process that is gone has none. */
export function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch {
    return "";
  }
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(readProc(`${pid}/status`))?.[1] ?? 0);
}

/** The processes below this one, itself not among them. */
export function descendantsOf(root: number): number[] {
  const pids = readdirSync("/proc").map(Number).filter(Boolean);
  const parents = new Map(pids.map((pid) => [pid, parentOf(pid)]));
  const isBelow = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && (parent === root || isBelow(parent));
  };
  return pids.filter(isBelow);
}

export function isRunning(pid: number): boolean {
  const state = /^State:\s+(\w)/m.exec(readProc(`${pid}/status`))?.[1];
  return state !== undefined && state !== "Z";
}

/** The environment that a process was started with. */
export function environmentOf(pid: number): Record<string, string> {
  const entries = readProc(`${pid}/environ`).split("\0").filter(Boolean);
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
  );
}

/** The server processes below the app: those that were started with a server's control variables. */
export function serversOf(root: number): number[] {
  return descendantsOf(root).filter((pid) => "LATCHKEY_SERVER_GENERATION" in environmentOf(pid));
}

/**
 * The one server process below the app. Waits while a second one goes: Electron tells of a server's end a moment before
 * the process is gone.
 */
export async function onlyServerOf(root: number): Promise<number> {
  let servers: number[] = [];
  await expect.poll(() => (servers = serversOf(root)), { intervals: [50] }).toHaveLength(1);
  return servers[0] ?? 0;
}

/** The environment that the one server process below the app was started with. */
export async function serverEnvironment(root: number): Promise<Record<string, string>> {
  return environmentOf(await onlyServerOf(root));
}
