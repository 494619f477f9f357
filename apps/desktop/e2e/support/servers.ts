import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import ssh2 from "ssh2";

/** A real HTTP server that lists models to the holder of a key, and quotes the key of everybody else. */
export async function serveModels(key: string) {
  const keys: string[] = [];
  const server = createServer((request, response) => {
    const shown = request.headers.authorization ?? "";
    keys.push(shown);
    if (shown === `Bearer ${key}`) response.end('{"object":"list","data":[]}');
    else response.writeHead(401).end(JSON.stringify({ error: `Incorrect key: ${shown}` }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { address: `http://127.0.0.1:${portOf(server)}/v1`, keys, ...endOf(server) };
}

/** A real SSH server with one user and an empty folder, on a port; with a new host key each time. */
export async function serveFiles(password: string, port = 0) {
  const { private: key } = ssh2.utils.generateKeyPairSync("ed25519");
  const server = new ssh2.Server({ hostKeys: [key] }, (client) => {
    client.on("error", () => undefined);
    client.on("authentication", (context) => {
      if (context.method === "password" && context.password === password) context.accept();
      else context.reject(["password"]);
    });
    client.on("ready", () =>
      client.on("session", (accept) =>
        accept().on("sftp", (acceptSftp) => {
          const files = acceptSftp();
          files.on("OPENDIR", (id) => files.handle(id, Buffer.from("folder")));
          files.on("READDIR", (id) => files.status(id, ssh2.utils.sftp.STATUS_CODE.EOF));
        }),
      ),
    );
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  return { port: portOf(server), ...endOf(server) };
}

export function endOf(server: { close: (ended: () => void) => unknown }) {
  return { [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())) };
}

function portOf(server: { address: () => AddressInfo | string | null }): number {
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("not an address of TCP");
  return address.port;
}
