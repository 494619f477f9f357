import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { buildVectors } from "./env-vectors.ts";
import { makeFolder } from "./make-folder.ts";

const run = promisify(execFile);
const docs = new URL("../../../docs/", import.meta.url);
const vectors: ReturnType<typeof buildVectors> = JSON.parse(
  await readFile(new URL("env-mapping.vectors.json", docs), "utf8"),
);
const spec = await readFile(new URL("env-mapping.md", docs), "utf8");

/** What a reader can be asked: keys whose name the key alone gives, as an argument can carry them. */
const readable = vectors.keys
  .filter(({ key, envName }) => envName === undefined && !key.startsWith("install.") && !key.includes("\0"))
  .map((given) => ({ ...given, name: "name" in given ? given.name : "" }));

function codeBlock(language: string): string {
  const [, code] = new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "s").exec(spec) ?? [];
  if (code === undefined) throw new Error(`The page has no ${language} block.`);
  return code;
}

test("the published vectors are what this implementation gives, 200 cases and more with refusals", () => {
  expect(vectors).toEqual(JSON.parse(JSON.stringify(buildVectors())));
  const cases = [vectors.keys, vectors.collisions, vectors.segments, vectors.aliases, vectors.names].flat();
  const refused = cases.filter((one) => "refused" in one);
  expect([cases.length >= 200, refused.length >= 80]).toEqual([true, true]);
});

test("no case is there twice, and no derived name is reserved", () => {
  const cases = [...vectors.keys, ...vectors.segments, ...vectors.aliases].map((one) => JSON.stringify(one));
  expect(cases.filter((one, i) => cases.indexOf(one) !== i)).toEqual([]);
  const derived = readable.map(({ name }) => name).filter((name) => name !== "");
  const { prefixes, names } = vectors.reserved;
  expect(
    derived.filter((name) => names.includes(name) || prefixes.some((start) => name.startsWith(start))),
  ).toEqual([]);
});

test("the reader in Python gives the same names and refusals", async () => {
  const script = `${codeBlock("python")}
import json, sys
print(json.dumps([env_name(one["app"], one["key"]) or "" for one in json.load(open(sys.argv[1])) ]))`;
  const file = await writeCases();
  const { stdout } = await run("python3", ["-c", script, file]);
  expect(JSON.parse(stdout)).toEqual(readable.map(({ name }) => name));
});

test("the reader in a POSIX shell gives the same names and refusals", async () => {
  const script = `${codeBlock("sh")}
while [ $# -gt 0 ]; do env_name "$1" "$2" || echo; shift 2; done`;
  const args = readable.flatMap(({ app, key }) => [app, key]);
  const { stdout } = await run("sh", ["-c", script, "sh", ...args]);
  expect(stdout.split("\n").slice(0, -1)).toEqual(readable.map(({ name }) => name));
});

test("the segments follow from the page's words, as a second implementation reads them", async () => {
  const script = `
import base64, hashlib, json, re, sys
def segment(id):
    if len(id) <= 64 and re.fullmatch("[a-z0-9]([a-z0-9_-]*[a-z0-9])?", id) and not re.search(r"--[a-z2-7]{16}\\Z", id):
        return id
    stem = re.sub("[^a-z0-9_-]+", "-", re.sub("[A-Z]", lambda m: m[0].lower(), id)).lstrip("_-")[:40].rstrip("_-")
    digest = hashlib.sha256(id.encode("utf-8", "surrogatepass")).digest()
    return (stem or "id") + "--" + base64.b32encode(digest[:10]).decode().lower()
print(json.dumps([segment(one["id"]) for one in json.load(open(sys.argv[1]))["segments"]]))`;
  const { stdout } = await run("python3", [
    "-c",
    script,
    fileURLToPath(new URL("env-mapping.vectors.json", docs)),
  ]);
  expect(JSON.parse(stdout)).toEqual(vectors.segments.map(({ segment }) => segment));
});

async function writeCases(): Promise<string> {
  const file = join(await makeFolder(), "cases.json");
  await writeFile(file, JSON.stringify(readable));
  return file;
}
