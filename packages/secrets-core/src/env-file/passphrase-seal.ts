import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { AppError } from "@latchkey/api-contracts/errors";
import { openText, sealText } from "../sealed-text.ts";
import { unreachable } from "../unreachable.ts";

/** Asked for the passphrase when the file is opened first; `undefined` when there is none to give now. */
export type AskPassphrase = () => string | undefined | Promise<string | undefined>;

/** Seals and opens the whole text of a file. */
export type PassphraseSeal = {
  /** @throws `secrets.locked` without the passphrase or with a wrong one, `files.corrupt` */
  open(text: string): Promise<string>;
  /** @throws `secrets.locked` without the passphrase */
  seal(text: string): Promise<string>;
  forget(): void;
};

/**
 * **Units** scrypt takes 128 MiB and about half a second, once for each opened file.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7914
 */
const scryptOptions: ScryptOptions = { N: 2 ** 17, r: 8, p: 1, maxmem: 256 * 1024 * 1024 };
const keyBytes = 32;
const checkBytes = 16;

const title = "# Written by Latchkey. Sealed with a passphrase: scrypt 2^17 8 1, AES-256-GCM.";
const form = /^# Written by Latchkey\. Sealed[^\n]*\n# latchkey-sealed 1 (\S+) (\S+)\n# (\S+)\n$/;

/** Whether a file is a sealed one. To a dotenv reader it is empty. */
export function isSealed(text: string): boolean {
  return text.startsWith("# Written by Latchkey. Sealed");
}

type Opened = { salt: Buffer; key: Buffer; check: Buffer };

/** Derives the key once for each salt, and keeps it until it is forgotten. */
export function createPassphraseSeal(askPassphrase: AskPassphrase): PassphraseSeal {
  let known: Opened | undefined;

  async function derived(salt: Buffer): Promise<Opened> {
    if (known?.salt.equals(salt)) return known;
    const passphrase = await askPassphrase();
    if (!passphrase) throw unreachable("env-file", "no-passphrase");
    const bytes = await derive(passphrase, salt);
    return { salt, key: bytes.subarray(0, keyBytes), check: bytes.subarray(keyBytes) };
  }

  return {
    async open(text) {
      const [, salt = "", check = "", sealed = ""] = form.exec(text) ?? [];
      const theirs = Buffer.from(check, "base64");
      if (theirs.length !== checkBytes) throw damaged();
      const opened = await derived(Buffer.from(salt, "base64"));
      if (!timingSafeEqual(opened.check, theirs)) throw unreachable("env-file", "wrong-passphrase");
      known = opened;
      const plain = openText(opened.key, sealed, headerOf(opened));
      if (plain === undefined) throw damaged();
      return plain;
    },
    async seal(text) {
      known ??= await derived(randomBytes(16));
      return `${title}\n${headerOf(known)}\n# ${sealText(known.key, text, headerOf(known))}\n`;
    },
    forget: () => void (known = undefined),
  };
}

function headerOf({ salt, check }: Opened): string {
  return `# latchkey-sealed 1 ${salt.toString("base64")} ${check.toString("base64")}`;
}

function damaged(): AppError {
  return new AppError("files.corrupt", { file: "secrets.env" });
}

/** Of the derived bytes the first are the key and the last tell a wrong passphrase from a damaged file. */
function derive(passphrase: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize("NFC"), salt, keyBytes + checkBytes, scryptOptions, (error, bytes) =>
      error ? reject(error) : resolve(bytes),
    );
  });
}
