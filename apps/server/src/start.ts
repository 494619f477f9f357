import type { ServerAnnouncement } from "@latchkey/api-contracts/server";
import { ANNOUNCE_PREFIX } from "@latchkey/api-contracts/server-names";
import { type ServerConfig, toConfig } from "./config.ts";
import { takeServerEnv } from "./env.ts";
import { createHandler } from "./handler.ts";
import { listen } from "./listen.ts";

/** The exit code of a process whose environment is not valid. @see sysexits.h, EX_CONFIG */
const EXIT_CONFIG = 78;

/** How long requests in flight may still take once nobody is left who waits for them. */
const ORPHAN_GRACE_MS = 500;

/**
 * Starts the server process and sees to its end: on SIGTERM, on SIGINT, and when its parent goes.
 * The exit code is 0 after a stop, 78 for a bad environment, 1 when it could not listen.
 */
export async function start(): Promise<void> {
  const config = await readConfig();
  const listener = await listen(config, (port) => createHandler({ ...config, port }));
  const stop = () => void listener.stop().then(() => process.exit(0));
  process.once("SIGTERM", stop).once("SIGINT", stop);
  if (config.parentWatch === "stdin") {
    onInputEnd(() => {
      setTimeout(() => process.exit(0), ORPHAN_GRACE_MS);
      stop();
    });
  }
  announce({ port: listener.port, nonce: config.nonce });
}

async function readConfig(): Promise<ServerConfig> {
  try {
    return toConfig(await takeServerEnv());
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    process.stderr.write(`${String(error.code)}: ${error.message}\n`);
    return process.exit(EXIT_CONFIG);
  }
}

/** Standard input is a pipe that ends with the parent, in whatever way the parent goes, also before this call. */
function onInputEnd(callback: () => void): void {
  process.stdin.once("end", callback).once("error", callback);
  process.stdin.resume();
}

function announce(announcement: ServerAnnouncement): void {
  // Whoever read this line may be gone again; that is told by standard input, not by a failed write.
  process.stdout.on("error", () => undefined);
  process.stderr.on("error", () => undefined);
  process.stdout.write(`${ANNOUNCE_PREFIX}${JSON.stringify(announcement)}\n`);
}
