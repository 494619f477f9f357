import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { identifyProcess, type ProcessIdentity } from "./process-tree.ts";

const processIds = () => readdirSync("/proc").map(Number).filter(Boolean);

function identify(pids: readonly number[]): ProcessIdentity[] {
  return pids.map(identifyProcess).filter((identity) => identity !== undefined);
}

/**
 * The processes that were started with this incarnation's nonce in their environment: they descend from its server,
 * also when they left its session and their parents are gone. Linux only; elsewhere empty.
 */
export function findMarked(nonce: string): ProcessIdentity[] {
  if (process.platform !== "linux") return [];
  const mark = Buffer.from(`LATCHKEY_SERVER_NONCE=${nonce}\0`);
  return identify(processIds().filter((pid) => pid !== process.pid && hasMark(pid, mark)));
}

function hasMark(pid: number, mark: Buffer): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`).includes(mark);
  } catch {
    return false;
  }
}

/** The inodes of all sockets of this system that listen on TCP. @see https://man7.org/linux/man-pages/man5/proc_net.5.html */
function listeningSockets(): Set<string> {
  const lines = ["tcp", "tcp6"].flatMap((name) => {
    try {
      return readFileSync(`/proc/net/${name}`, "latin1").split("\n").slice(1);
    } catch {
      return [];
    }
  });
  const LISTEN = "0A";
  const fields = lines.map((line) => line.trim().split(/\s+/));
  return new Set(fields.filter((field) => field[3] === LISTEN).map((field) => field[9] ?? ""));
}

function openSockets(pid: number): string[] {
  try {
    const links = readdirSync(`/proc/${pid}/fd`).map((fd) => readLink(`/proc/${pid}/fd/${fd}`));
    return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
  } catch {
    return [];
  }
}

function readLink(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

/** The sockets on which these processes listen, by inode: unlike a port, an inode is nobody else's. Linux only. */
export function findListeningSockets(owners: readonly ProcessIdentity[]): string[] {
  if (process.platform !== "linux") return [];
  const listening = listeningSockets();
  return owners.flatMap(({ pid }) => openSockets(pid)).filter((inode) => listening.has(inode));
}

/** Whoever still has one of these sockets, which it can only have from the process that opened it. Linux only. */
export function findHolders(inodes: readonly string[]): ProcessIdentity[] {
  if (process.platform !== "linux" || inodes.length === 0) return [];
  const listening = listeningSockets();
  const kept = new Set(inodes.filter((inode) => listening.has(inode)));
  if (kept.size === 0) return [];
  const others = processIds().filter((pid) => pid !== process.pid);
  return identify(others.filter((pid) => openSockets(pid).some((inode) => kept.has(inode))));
}
