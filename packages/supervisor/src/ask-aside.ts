import { AppError } from "@latchkey/api-contracts/errors";
import { requestServer, type ServerRequest } from "./client.ts";
import { systemClock } from "./clock.ts";
import { type Incarnation, launchIncarnation } from "./incarnation.ts";
import type { Launcher } from "./launcher.ts";
import { checkSnapshotNames } from "./pristine-env.ts";
import { copySnapshot } from "./snapshot.ts";

/** How long the process may take to end what it had begun for a request that was given up, and then to end itself. */
const GIVEN_UP_MS = 300;
const END_MS = 1_000;

/**
 * Starts a server process beside the supervised one with nothing but this snapshot, asks it one thing, and ends it. It
 * serves nobody else, and what it prints is read and dropped. When the signal ends the wait, the process is ended
 * behind the caller's back.
 *
 * @throws `secrets.reserved-name`; `server.unhealthy` when it does not start or gives no answer; the signal's reason
 */
export async function askAside(options: {
  launcher: Launcher;
  env: Readonly<Record<string, string>>;
  path: string;
  request: ServerRequest & { signal: AbortSignal };
  parentEnv?: NodeJS.ProcessEnv;
}): Promise<Response> {
  const { launcher, env, path, request, parentEnv = process.env } = options;
  const { signal } = request;
  signal.throwIfAborted();
  checkSnapshotNames(Object.keys(env), process.platform);
  let incarnation: Incarnation | undefined;
  try {
    const port = await new Promise<number>((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      incarnation = launchIncarnation({
        launcher,
        clock: systemClock,
        generation: 0,
        port: 0,
        toolsPort: 0,
        snapshot: copySnapshot({ env, names: Object.keys(env) }),
        parentEnv,
        onPort: resolve,
        onLine: () => undefined,
        onExit: () => reject(new AppError("server.unhealthy", { reason: "not-ready" })),
      });
    });
    return await requestServer({ port, token: incarnation?.token ?? "" }, path, request);
  } finally {
    if (incarnation) void end(incarnation, signal.aborted);
  }
}

async function end(incarnation: Incarnation, isGivenUp: boolean): Promise<void> {
  if (isGivenUp) await within(GIVEN_UP_MS, incarnation.ended);
  incarnation.terminate();
  await within(END_MS, incarnation.ended);
  incarnation.kill();
}

async function within(ms: number, event: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([event, late]);
  clearTimeout(timer);
}
