import type { Row } from "./arrows.ts";

/** One import: what the source says, and the file in the checkout it leads to, if it leads to one. */
export type Import = { specifier: string; file?: string; isNode: boolean };

/** A source file with a path relative to the checkout. */
export type SourceFile = { path: string; imports: readonly Import[] };

/** Every sentence is one import, or one file, that the table does not allow. */
export function judge(files: readonly SourceFile[], rows: readonly Row[]): string[] {
  return files.flatMap(({ path, imports }) => {
    const row = rowOf(path, rows);
    if (row === undefined) return [`${path} is covered by no row of the arrows table.`];
    return imports.flatMap((found) => {
      const reason = reasonAgainst(found, row, rows);
      return reason === undefined ? [] : [`${path} (${row.part}) imports ${found.specifier}: ${reason}`];
    });
  });
}

function reasonAgainst(
  { specifier, file, isNode }: Import,
  row: Row,
  rows: readonly Row[],
): string | undefined {
  if (isNode) return row.node ? undefined : "Node's own modules are not for this part.";
  if (file !== undefined) return reasonAgainstFile(specifier, file, row, rows);
  const name = packageOf(specifier);
  if (name.startsWith("@latchkey/")) return "it leads to no file of the workspace.";
  if (name === "electron") return row.electron ? undefined : "Electron is not for this part.";
  if (row.packages === "any" || row.packages.includes(name)) return undefined;
  return row.packages.length === 0
    ? "it may use no package."
    : `of packages it may use ${row.packages.join(", ")}.`;
}

function reasonAgainstFile(
  specifier: string,
  file: string,
  row: Row,
  rows: readonly Row[],
): string | undefined {
  const target = rowOf(file, rows);
  if (target === undefined || target === row) return undefined;
  if (!row.parts.includes(target.part)) return `it may not import ${target.part}.`;
  const isByName = !specifier.startsWith(".");
  const isSameFolder = folderOf(row) === folderOf(target);
  return isByName || isSameFolder
    ? undefined
    : `name the package (${target.part}) instead of a path into it.`;
}

function rowOf(path: string, rows: readonly Row[]): Row | undefined {
  return rows.find(({ files }) => files.test(path));
}

/** `apps/desktop` of a row for the files of that folder. */
function folderOf({ files }: Row): string {
  return files.source.replaceAll("\\/", "/").replace("^", "").split("/").slice(0, 2).join("/");
}

/** `@scope/name` of `@scope/name/deep/path`. */
function packageOf(specifier: string): string {
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
