import { AppError } from "@latchkey/api-contracts/errors";
import type { Reading } from "../secret-backend.ts";
import type { MigrationSource, SourceItem } from "./migration-source.ts";
import { fillKey, matchName } from "./name-pattern.ts";

/** A value that an app sealed with Electron's safeStorage. */
export type SealedBlob = SourceItem & Readonly<{ sealed: Uint8Array }>;

export type SafeStorageSourceOptions = {
  /** `safeStorage.decryptString`, or the like, of the app that sealed them. Its errors are not passed on. */
  decrypt: (sealed: Uint8Array) => string | Promise<string>;
  blobs: () => Promise<readonly SealedBlob[]>;
  /** Takes blobs out of where the app keeps them; called by `finishMigration` alone. */
  remove: (items: readonly SourceItem[]) => Promise<void>;
};

/** Values that an Electron app sealed and keeps in a file of its own. The cipher is passed in: no Electron here. */
export function createSafeStorageSource({
  decrypt,
  blobs,
  remove,
}: SafeStorageSourceOptions): MigrationSource {
  async function open({ key, sealed }: SealedBlob): Promise<Reading> {
    try {
      return { state: "present", value: await decrypt(sealed) };
    } catch {
      return { state: "unreadable", error: new AppError("secrets.undecryptable", { key }) };
    }
  }

  return {
    async list() {
      return (await blobs()).map(({ name, key, envName }) => ({ name, key, envName }));
    },
    async read(items) {
      const byName = new Map((await blobs()).map((blob) => [blob.name, blob]));
      return Promise.all(
        items.map(async ({ name }): Promise<Reading> => {
          const blob = byName.get(name);
          return blob ? open(blob) : { state: "absent" };
        }),
      );
    },
    finish: remove,
  };
}

/** Which fields of a JSON document hold sealed values, in base64 unless said otherwise, and the key for each. */
export type BlobRule = Readonly<{
  /** The path of the field with placeholders, `keys.<provider-id>` for example. */
  path: string;
  key: string;
  envName?: string;
  encoding?: "base64" | "hex" | "latin1";
}>;

/** The sealed values of a JSON document, as electron-store and the like write it. */
export function blobsOfJson(document: unknown, rules: readonly BlobRule[]): SealedBlob[] {
  return textFieldsOf(document).flatMap(([path, text]): SealedBlob[] => {
    for (const { path: pattern, key, envName, encoding = "base64" } of rules) {
      const captured = matchName(pattern, path);
      if (!captured) continue;
      return [{ name: path, key: fillKey(key, captured), envName, sealed: Buffer.from(text, encoding) }];
    }
    return [];
  });
}

function textFieldsOf(value: unknown, path = ""): [string, string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, field]) =>
    textFieldsOf(field, path ? `${path}.${name}` : name),
  );
}
