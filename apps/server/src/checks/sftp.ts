import { createHash } from "node:crypto";
import { type CauseClass, HostKey, type SftpCheck } from "@latchkey/api-contracts/connection-test";
import type { EnvName } from "@latchkey/api-contracts/ids";
import ssh2, { type AnyAuthMethod, type ParsedKey, type ServerHostKeyAlgorithm } from "ssh2";
import { causeOfNetwork, errorChain, textOf } from "./cause-of-network.ts";
import { CheckFailure, type CheckModule } from "./check.ts";
import { openSocket } from "./open-socket.ts";
import { readKey } from "./read-key.ts";

const FX_NO_SUCH_FILE = 2;
const FX_PERMISSION_DENIED = 3;

/** Signs in over SSH, once the server is known by its key, and opens the start folder. */
export const sftp: CheckModule<SftpCheck> = {
  steps: ["read-key", "dns", "connect", "host-key", "auth", "list-folder"],
  causeOf: causeOfSftp,
  async run(request, context) {
    const { username, secrets } = request;
    const secretOf = (name: EnvName | undefined) => name && context.secret(name);
    const sealed = secretOf(secrets.privateKey);
    const key = sealed && (await readKey(sealed, secretOf(secrets.passphrase), context));
    const socket = await openSocket(request, context);
    context.begin("host-key");
    const client = new ssh2.Client();
    context.onEnd(() => client.destroy());
    await new Promise<void>((resolve, reject) => {
      let shown: CheckFailure | undefined;
      client
        .once("ready", resolve)
        .on("error", (error) => reject(shown ?? error))
        .once("close", () => reject(new CheckFailure("protocol", "The server closed the connection.")));
      client.connect({
        sock: socket,
        username,
        // The check has a time limit of its own.
        readyTimeout: 0,
        authHandler: authMethods(username, key, secretOf(secrets.password)),
        algorithms: { serverHostKey: hostKeyOrder(request.hostKey) },
        hostVerifier: (blob: Buffer) => {
          shown = judgeHostKey(toHostKey(blob), request.hostKey);
          if (!shown) context.begin("auth");
          return !shown;
        },
      });
    });
    context.begin("list-folder");
    await openFolder(client, request.folder);
    client.end();
    return {};
  },
};

/** The cause of what `ssh2` throws or emits: by the level and the SFTP status, which it sets itself. */
export function causeOfSftp(error: unknown): CauseClass {
  const known = causeOfNetwork(error);
  if (known) return known;
  for (const link of errorChain(error)) {
    if (textOf(link, "level") === "client-authentication") return "auth";
    const status: unknown = Reflect.get(link, "code");
    if (status === FX_PERMISSION_DENIED) return "permission";
    if (status === FX_NO_SUCH_FILE) return "not_found";
  }
  return "protocol";
}

function authMethods(
  username: string,
  key: ParsedKey | undefined | "",
  password: string | undefined,
): AnyAuthMethod[] {
  const methods: AnyAuthMethod[] = [];
  if (key) methods.push({ type: "publickey", username, key });
  if (password) {
    methods.push({ type: "password", username, password });
    methods.push({
      type: "keyboard-interactive",
      username,
      // Only the one hidden question can be one for the password.
      prompt: (_name, _instructions, _language, prompts, finish) =>
        finish(prompts.length === 1 && !prompts[0]?.echo ? [password] : []),
    });
  }
  return methods.length > 0 ? methods : [{ type: "none", username }];
}

/** The kind of key that is pinned goes first, so that a server with several shows that one if it still has it. */
function hostKeyOrder(
  pinned: HostKey | null,
): Record<"append" | "remove" | "prepend", ServerHostKeyAlgorithm[]> {
  const kinds: ServerHostKeyAlgorithm[] = [
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
  ];
  const rsa: ServerHostKeyAlgorithm[] = ["rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"];
  const first = pinned?.algorithm === "ssh-rsa" ? rsa : kinds.filter((name) => name === pinned?.algorithm);
  return { append: [], remove: first, prepend: first };
}

/** @see https://www.rfc-editor.org/rfc/rfc4253#section-6.6 for the form: a length, the algorithm, the key */
function toHostKey(blob: Buffer): HostKey {
  const algorithm = blob.subarray(4, 4 + blob.readUInt32BE(0)).toString("latin1");
  const sha256 = createHash("sha256").update(blob).digest("base64").replace(/=+$/, "");
  return HostKey.parse({ algorithm, sha256: `SHA256:${sha256}` });
}

function judgeHostKey(shown: HostKey, pinned: HostKey | null): CheckFailure | undefined {
  if (!pinned) {
    return new CheckFailure("host_key_new", `The server showed ${shown.algorithm} ${shown.sha256}.`, {
      hostKey: shown,
    });
  }
  if (pinned.sha256 === shown.sha256) return undefined;
  const message = `The server showed ${shown.algorithm} ${shown.sha256}, where ${pinned.algorithm} ${pinned.sha256} was expected.`;
  return new CheckFailure("host_key_changed", message, { hostKey: { ...shown, former: pinned } });
}

function openFolder(client: ssh2.Client, folder: string): Promise<void> {
  return new Promise((resolve, reject) => {
    client.sftp((error, session) => {
      if (error) return reject(new CheckFailure("protocol", error.message));
      session.opendir(folder, (openError, handle) => {
        if (openError) return reject(openError);
        session.readdir(handle, (readError) => {
          // An empty folder answers with the end of the list, which is an error to ssh2.
          if (readError && causeOfSftp(readError) === "permission") return reject(readError);
          resolve();
        });
      });
    });
  });
}
