import { readFile } from "node:fs/promises";
import { AppError } from "@latchkey/api-contracts/errors";
import { EnvName, SecretKey } from "@latchkey/api-contracts/ids";

/** What a person typed as a key may be anything, so only the form of a key is ever quoted. @throws `secrets.invalid-key` */
export function checkedKey(text: string): SecretKey {
  const { data } = SecretKey.safeParse(text);
  if (data === undefined) throw new AppError("secrets.invalid-key", { key: "given", rule: "wrong-form" });
  return data;
}

/** The name of a variable, not quoted in any other form. @throws `request.invalid` */
export function checkedName(text: string): EnvName {
  const { data } = EnvName.safeParse(text);
  if (data === undefined) throw new AppError("request.invalid", { field: "NAME", rule: "wrong-form" });
  return data;
}

/** The bytes of a file that an option names; its path is not quoted. @throws `files.failed` */
export async function readGiven(option: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const reason = error instanceof Error && "code" in error ? String(error.code) : "unknown";
    throw new AppError("files.failed", { file: option, operation: "read", reason });
  }
}
