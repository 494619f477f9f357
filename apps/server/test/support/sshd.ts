import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HostKey } from "@latchkey/api-contracts/connection-test";

/** Where `npm test` unpacks OpenSSH and what it needs, none of it installed. */
const unpacked = fileURLToPath(new URL("../../../../node_modules/.cache/latchkey/openssh", import.meta.url));
const nobody = 65_534;
const isRoot = process.getuid?.() === 0;

/** A real OpenSSH server with one user, `tester`, in a folder of its own. */
export type Sshd = AsyncDisposable & {
  port: number;
  hostKey: HostKey;
  /** The home folder of the user, in which `locked` cannot be read. */
  home: string;
};

/**
 * Starts OpenSSH on loopback: `sshd -i`, one process a connection, as a user without rights. Passwords are looked up by
 * PAM in a table of this folder (pam_wrapper), and users in another one (nss_wrapper), so the system's own stay out of it.
 */
export async function startSshd(options: { password: string; authorizedKey: string }): Promise<Sshd> {
  const folder = mkdtempSync(join(tmpdir(), "lk-sshd-"));
  const home = join(folder, "home");
  mkdirSync(join(home, "locked"), { recursive: true });
  chmodSync(join(home, "locked"), 0o000);
  const programs = copyPrograms(folder);
  const hostKey = createHostKey(folder);
  writeFileSync(join(folder, "authorized_keys"), options.authorizedKey);
  writeSettings(folder, home, options.password, programs);
  if (isRoot) giveToNobody(folder);

  const server = createServer({ pauseOnConnect: true }, (socket) => serve(folder, programs, socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    hostKey,
    home,
    async [Symbol.asyncDispose]() {
      server.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Creates a key pair and returns the private and the public half. */
export function createKeyPair(passphrase: string): { privateKey: string; publicKey: string } {
  const folder = mkdtempSync(join(tmpdir(), "lk-key-"));
  const file = join(folder, "key");
  // One round of the passphrase's hash: what takes time elsewhere tells nothing here.
  run("ssh-keygen", ["-q", "-t", "ed25519", "-a", "1", "-N", passphrase, "-f", file]);
  const pair = { privateKey: readFileSync(file, "utf8"), publicKey: readFileSync(`${file}.pub`, "utf8") };
  rmSync(folder, { recursive: true });
  return pair;
}

/** Where other users can run them, wherever the checkout lies. */
function copyPrograms(folder: string): { sshd: string; libraries: string } {
  if (!existsSync(join(unpacked, "usr", "sbin", "sshd"))) {
    throw new Error(`There is no OpenSSH server in ${unpacked}. Run: npm test`);
  }
  const sshd = join(folder, "sshd");
  copyFileSync(join(unpacked, "usr", "sbin", "sshd"), sshd);
  const libraries = join(folder, "lib");
  mkdirSync(libraries);
  const [architecture = ""] = readdirSync(join(unpacked, "usr", "lib")).filter((name) =>
    name.includes("linux-gnu"),
  );
  const from = join(unpacked, "usr", "lib", architecture);
  const files = [
    "libpam_wrapper.so",
    "libnss_wrapper.so",
    "libwrap.so.0",
    join("pam_wrapper", "pam_matrix.so"),
  ];
  for (const file of files) copyFileSync(join(from, file), join(libraries, file.split("/").at(-1) ?? ""));
  return { sshd, libraries };
}

function createHostKey(folder: string): HostKey {
  const file = join(folder, "host_key");
  run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file]);
  const sha256 = run("ssh-keygen", ["-l", "-f", file]).split(" ")[1];
  return HostKey.parse({ algorithm: "ssh-ed25519", sha256 });
}

function writeSettings(
  folder: string,
  home: string,
  password: string,
  { libraries }: { libraries: string },
): void {
  const write = (name: string, lines: readonly string[]) =>
    writeFileSync(join(folder, name), `${lines.join("\n")}\n`, { mode: 0o600 });
  const id = isRoot ? nobody : process.getuid?.();
  write("passwd", [`tester:x:${id}:${id}:tester:${home}:/bin/sh`]);
  write("group", [`tester:x:${id}:`]);
  write("passwords", [`tester:${password}:sshd`]);
  mkdirSync(join(folder, "pam.d"));
  const matrix = `required ${join(libraries, "pam_matrix.so")} passdb=${join(folder, "passwords")}`;
  write(
    join("pam.d", "sshd"),
    ["auth", "account", "password", "session"].map((kind) => `${kind} ${matrix}`),
  );
  write("sshd_config", [
    `HostKey ${join(folder, "host_key")}`,
    `AuthorizedKeysFile ${join(folder, "authorized_keys")}`,
    "PidFile none",
    "StrictModes no",
    "UsePAM yes",
    "KbdInteractiveAuthentication no",
    "Subsystem sftp internal-sftp",
  ]);
}

function serve(
  folder: string,
  { sshd, libraries }: { sshd: string; libraries: string },
  socket: Socket,
): void {
  const command = [sshd, "-i", "-f", join(folder, "sshd_config")];
  const asUser = [`--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups", ...command];
  const [program, args] = isRoot ? ["setpriv", asUser] : [sshd, command.slice(1)];
  spawn(program, args, {
    stdio: [socket, socket, "ignore"],
    env: {
      PATH: "/usr/bin:/bin",
      LD_LIBRARY_PATH: libraries,
      LD_PRELOAD: ["libpam_wrapper.so", "libnss_wrapper.so"].map((name) => join(libraries, name)).join(":"),
      PAM_WRAPPER: "1",
      PAM_WRAPPER_SERVICE_DIR: join(folder, "pam.d"),
      NSS_WRAPPER_PASSWD: join(folder, "passwd"),
      NSS_WRAPPER_GROUP: join(folder, "group"),
    },
  });
  // The process has it now.
  socket.destroy();
}

function giveToNobody(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, encoding: "utf8" }))
    chownSync(join(folder, entry), nobody, nobody);
  chownSync(folder, nobody, nobody);
}

function run(program: string, args: readonly string[]): string {
  const result = spawnSync(program, args, { encoding: "utf8" });
  if (result.status !== 0) throw new Error(`${program} failed: ${result.stderr}`);
  return result.stdout;
}
