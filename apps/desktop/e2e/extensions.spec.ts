import { readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { extensionState, installExtension } from "./support/extensions.ts";
import { expect, openLatchkey, test } from "./support/latchkey.ts";

const examples = join(import.meta.dirname, "../../../examples/extensions");

test("extensions under work run from their own folders; one without code brings a provider of its own", async ({
  session,
}) => {
  const folders = ["gateway-provider", "list-models"].map((name) => join(examples, name));
  const env = { ...session.env, LATCHKEY_DEV_EXTENSIONS: folders.join(delimiter) };
  const { app, page } = await openLatchkey({ ...session, env });
  await expect.poll(() => extensionState(page, "example.list-models")).toMatchObject({ status: "active" });
  await expect
    .poll(() => extensionState(page, "example.gateway-provider"))
    .toMatchObject({ status: "ready", logTail: [] });
  const { providers } = await page.evaluate(() => window.latchkey.providers.list());
  const brought = providers.filter(({ origin }) => origin === "extension");
  expect(
    brought.map(({ definition: { id, title }, publisher, isVerified }) => [id, title, publisher, isVerified]),
  ).toEqual([
    [expect.stringMatching(/^example-gateway-provider-gateway--/), "Model gateway", "example", false],
    [
      expect.stringMatching(/^example-gateway-provider-own-gateway--/),
      "Gateway of the server",
      "example",
      false,
    ],
  ]);
  await app.close();
});

test("an extension that cannot be used is named with the reason, and keeps nobody back", async ({
  session,
}) => {
  await installExtension(session, { id: "acme.broken", files: { "package.json": "{" } });
  await installExtension(session, {
    id: "example.gateway-provider",
    from: join(examples, "gateway-provider"),
  });
  const { app, page } = await openLatchkey(session);
  await expect
    .poll(() => extensionState(page, "example.gateway-provider"))
    .toMatchObject({ status: "ready" });
  const { extensions } = await page.evaluate(() => window.latchkey.extensions.list());
  expect(extensions.filter(({ status }) => status === "invalid")).toEqual([
    {
      status: "invalid",
      folder: expect.stringMatching(/acme\.broken$/),
      error: expect.objectContaining({ code: "extensions.invalid" }),
    },
  ]);
  await app.close();
});

test("a provider is shown with the picture of its extension, and with ours where that is none", async ({
  session,
}) => {
  await installExtension(session, {
    id: "example.gateway-provider",
    from: join(examples, "gateway-provider"),
  });
  const manifest = JSON.parse(await readFile(join(examples, "gateway-provider/package.json"), "utf8"));
  const [provider] = manifest.contributes.connectionProviders;
  const contributes = {
    connectionProviders: [
      { ...provider, id: "scripted", title: "Scripted" },
      { ...provider, id: "named", title: "Named", icon: "constructor" },
    ],
  };
  await installExtension(session, {
    id: "acme.hostile",
    files: {
      "package.json": JSON.stringify({ ...manifest, publisher: "acme", name: "hostile", contributes }),
      "gateway.svg":
        '<svg xmlns="http://www.w3.org/2000/svg" onload="document.title = 1"><script>document.title = 1</script></svg>',
    },
  });
  const { app, page } = await openLatchkey(session);
  await expect
    .poll(() => extensionState(page, "acme.hostile"))
    .toMatchObject({
      status: "ready",
      logTail: [{ level: "warn", text: "gateway.svg: not a picture that can be shown" }],
    });
  await page.getByRole("link", { name: "Connections" }).click();
  await page.getByRole("button", { name: "Add connection" }).first().click();
  const picturesOf = async (title: string) => {
    const card = page.getByRole("listitem").filter({ has: page.getByText(title, { exact: true }) });
    await card.waitFor();
    return await card.locator("img").evaluateAll((images) =>
      images.map((image) => {
        const { complete, naturalWidth, src } = image as HTMLImageElement;
        return [complete && naturalWidth > 0, src.slice(0, 18)];
      }),
    );
  };
  await expect.poll(() => picturesOf("Model gateway")).toEqual([[true, "data:image/svg+xml"]]);
  expect([await picturesOf("Scripted"), await picturesOf("Named")]).toEqual([[], []]);
  await expect(page).toHaveTitle(/Latchkey$/);
  await app.close();
});
