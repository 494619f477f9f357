import { readdir } from "node:fs/promises";
import { delimiter, isAbsolute, join } from "node:path";
import { ExtensionId } from "@latchkey/api-contracts/ids";

/** Where an extension lies; an installed one must be the one that its folder is called after. */
export interface FoundExtension {
  readonly path: string;
  readonly id: ExtensionId | undefined;
}

/**
 * The folders of extensions: those installed, each called `<publisher>.<name>`, and those under work.
 *
 * **Shape** for whoever writes one, `LATCHKEY_DEV_EXTENSIONS` names further folders by their absolute paths, joined
 * as in `PATH`; an installed app does not heed it.
 */
export async function findExtensions(options: {
  folder: string;
  env: Readonly<Record<string, string | undefined>>;
  isPackaged: boolean;
}): Promise<FoundExtension[]> {
  const { folder, env, isPackaged } = options;
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  const installed = entries
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const { data: id } = ExtensionId.safeParse(name);
      return id === undefined ? [] : [{ path: join(folder, name), id }];
    });
  const named = isPackaged ? undefined : env["LATCHKEY_DEV_EXTENSIONS"];
  const underWork = (named ?? "").split(delimiter).filter(isAbsolute);
  return [...installed, ...underWork.map((path) => ({ path, id: undefined }))];
}
