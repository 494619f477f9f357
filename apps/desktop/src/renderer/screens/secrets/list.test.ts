import { SecretMetadata } from "@latchkey/api-contracts/secrets";
import { expect, test } from "vitest";
import { rowAfter, rowByLetter } from "../../components/use-roving.ts";
import { matching } from "./matching.ts";

const secrets = ["mcp.system.files.token", "provider.openai.api-key", "sftp.backup.password"].map((key) =>
  SecretMetadata.parse({
    key,
    envName: key.toUpperCase().replace(/[.-]/g, "_"),
    storageBackend: "memory",
    protection: "none",
    state: "present",
    source: "entered",
    createdAt: "2026-03-01T12:00:00.000Z",
    updatedAt: "2026-03-01T12:00:00.000Z",
  }),
);

test.each([
  ["", 3],
  ["openai", 1],
  ["OPENAI_API", 1],
  ["api provider", 1],
  ["canary", 0],
])("the search %j finds %d", (query, count) => {
  expect(matching(secrets, query)).toHaveLength(count);
});

test("keys move between rows and stop at both ends", () => {
  expect([
    rowAfter("ArrowDown", 0, 3),
    rowAfter("ArrowDown", 2, 3),
    rowAfter("ArrowUp", 0, 3),
    rowAfter("End", 0, 3),
    rowAfter("Home", 2, 3),
    rowAfter("PageDown", 0, 3),
    rowAfter("Tab", 0, 3),
  ]).toEqual([1, 2, 0, 2, 0, 2, undefined]);
});

test("a letter leads to the next key that begins with it", () => {
  const keys = secrets.map(({ key }) => key);
  expect([rowByLetter("P", 0, keys), rowByLetter("s", 2, keys), rowByLetter("x", 0, keys)]).toEqual([
    1,
    2,
    undefined,
  ]);
});
