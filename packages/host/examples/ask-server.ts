import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Asks the server that Latchkey runs for this person, whichever generation serves. */
export async function askServer(dataFolder: string, path: string): Promise<Response> {
  const { port, token } = JSON.parse(await readFile(join(dataFolder, "server-front.json"), "utf8"));
  return await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${token}` } });
}
