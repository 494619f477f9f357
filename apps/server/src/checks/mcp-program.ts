import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { ReadBuffer, serializeMessage } from "@modelcontextprotocol/sdk/shared/stdio.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import spawn from "cross-spawn";
import { CheckFailure } from "./check.ts";

/** How long a program may take to end by itself when its input has ended, and then after SIGTERM. */
const POLITE_MS = 500;
const TERMINATE_MS = 100;
const MAX_MESSAGE_BYTES = 4 * 1_024 * 1_024;
const MAX_ERROR_CHARS = 262_144;
const MAX_LINES = 40;

/** An MCP server that was started as a program, in a process group of its own. */
export type McpProgram = {
  started: Promise<unknown>;
  transport: Transport;
  /** Rejects when it ends, or writes what is too long to be a message. */
  failed: Promise<never>;
  /** What it wrote beside messages: the last whole lines of its standard error. */
  lastLines: () => string;
  /** Ends it and all of its group: by the end of its input, by SIGTERM, and by SIGKILL in any case. */
  end: (isAborted: boolean) => Promise<void>;
};

/**
 * Starts a program with this environment and no other variable. The SDK's own transport does neither: it adds
 * variables, and it ends the program without what that started.
 */
export function launchMcpServer(options: {
  command: string;
  args: readonly string[];
  folder: string | undefined;
  env: Readonly<Record<string, string>>;
}): McpProgram {
  const child = spawn(options.command, options.args, {
    env: options.env,
    stdio: "pipe",
    detached: process.platform !== "win32",
    windowsHide: true,
    ...(options.folder !== undefined && { cwd: options.folder }),
  });
  const exited = new Promise<void>((resolve) => {
    child.once("exit", () => resolve()).once("error", () => resolve());
  });
  return {
    ...toTransport(child),
    started: once(child, "spawn"),
    lastLines: collectLines(child),
    async end(isAborted) {
      child.stdin?.end();
      if (!isAborted) await within(POLITE_MS, exited);
      signalGroup(child, "SIGTERM");
      await within(TERMINATE_MS, exited);
      signalGroup(child, "SIGKILL");
      await exited;
    },
  };
}

function toTransport(child: ChildProcess): Pick<McpProgram, "transport" | "failed"> {
  const buffer = new ReadBuffer({ maxBufferSize: MAX_MESSAGE_BYTES });
  let hasAnswered = false;
  const transport: Transport = {
    async start() {
      // It is running already.
    },
    async send(message) {
      child.stdin?.write(serializeMessage(message));
    },
    async close() {
      transport.onclose?.();
    },
  };
  function readMessages(): void {
    for (;;) {
      try {
        const message = buffer.readMessage();
        if (!message) return;
        hasAnswered = true;
        transport.onmessage?.(message);
      } catch {
        // A line that is no message; servers are known to log there, and clients pass over it.
      }
    }
  }
  const failed = new Promise<never>((_, reject) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      try {
        buffer.append(chunk);
        readMessages();
      } catch (cause) {
        reject(new CheckFailure("protocol", "The program wrote no messages of MCP.", { cause }));
      }
    });
    // A broken pipe is told by the end.
    child.stdin?.on("error", () => undefined);
    child.once("close", (code, signal) =>
      reject(new CheckFailure(hasAnswered ? "protocol" : "spawn", `The program ended (${code ?? signal}).`)),
    );
  });
  failed.catch(() => undefined);
  return { transport, failed };
}

/** Keeps whole lines only: a part of a line could be a part of a secret, which no redaction knows. */
function collectLines(child: ChildProcess): () => string {
  let text = "";
  let isFull = false;
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    if (!isFull) text += chunk;
    isFull ||= text.length > MAX_ERROR_CHARS;
  });
  return () => {
    const isWhole = child.stderr?.readableEnded === true && !isFull;
    const lines = text.split("\n");
    return (isWhole ? lines : lines.slice(0, -1)).slice(-MAX_LINES).join("\n");
  };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  if (process.platform === "win32") {
    spawn("taskkill", ["/pid", String(child.pid), "/T", "/F"], { windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // No member of the group is left.
  }
}

async function within(ms: number, event: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([event, late]);
  clearTimeout(timer);
}
