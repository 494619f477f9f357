import { startTestSession } from "./session.ts";

/**
 * A vitest `globalSetup` module: the whole project runs in one session with an unlocked keyring.
 * The session's variables are set before the workers start, so the tests find them in `process.env`.
 */
export async function setup(): Promise<() => Promise<void>> {
  const session = await startTestSession({ keyring: "unlocked" });
  const before = Object.fromEntries(Object.keys(session.changes).map((name) => [name, process.env[name]]));
  apply(session.changes);
  return async () => {
    apply(before);
    await session.stop();
  };
}

function apply(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}
