import type { ProviderId, SecretKey } from "@latchkey/api-contracts/ids";
import { createProviderRegistry } from "@latchkey/connections";
import { expect, test } from "vitest";
import { createUseApproval, type UseQuestion, type UsingForm } from "./approve-use.ts";

const providers = createProviderRegistry();
const form = (address: string, key = "provider.github.token"): UsingForm => ({
  providerId: "openai-compatible" as ProviderId,
  fields: { "base-url": address } as never,
  usedSecrets: { "api-key": key as SecretKey } as never,
});

function openApproval(answers: readonly boolean[]) {
  const asked: UseQuestion[] = [];
  const approve = createUseApproval(async (question) => {
    asked.push(question);
    return answers[asked.length - 1] ?? false;
  });
  const tried = (wanted: UsingForm) =>
    approve(providers, wanted).then(
      () => "agreed",
      ({ code }: { code: string }) => code,
    );
  return { asked, tried };
}

test("a secret goes to an address once the person has agreed, and to another one after another question", async () => {
  const { asked, tried } = openApproval([true, true, false, false]);
  const answers = [
    await tried({ ...form("https://a.example/v1"), displayName: "Mine" }),
    await tried(form("https://a.example/v2")),
    await tried(form("https://b.example")),
    await tried(form("https://a.example", "provider.other.token")),
    await tried(form("https://a.example", "provider.other.token")),
    await tried({ ...form("https://c.example"), usedSecrets: {} }),
  ];
  expect(answers).toEqual([
    "agreed",
    "agreed",
    "agreed",
    "connections.use-declined",
    "connections.use-declined",
    "agreed",
  ]);
  expect(asked.map(({ key, name, address }) => [key, name, address])).toEqual([
    ["provider.github.token", "Mine", "https://a.example"],
    ["provider.github.token", "OpenAI-compatible server", "https://b.example"],
    ["provider.other.token", "OpenAI-compatible server", "https://a.example"],
    ["provider.other.token", "OpenAI-compatible server", "https://a.example"],
  ]);
});

test("what a form says cannot break out of its line", async () => {
  const { asked, tried } = openApproval([true]);
  const fields = { command: "good\n\u202eevil", args: ["-y", "x".repeat(400)] } as never;
  await tried({ ...form(""), providerId: "mcp-stdio" as ProviderId, fields });
  expect(asked[0]?.address).toMatch(/^good\ufffd\ufffdevil · \["-y","x+$/);
});
