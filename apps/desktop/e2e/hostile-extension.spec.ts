import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ExtensionId } from "@latchkey/api-contracts/ids";
import { canary } from "./support/canary.ts";
import { answer, logOf, nextQuestion, openWithModels, startModelServer } from "./support/consent.ts";
import {
  extensionState,
  fixtures,
  inExtensionPage,
  installExtension,
  openTarget,
} from "./support/extensions.ts";
import { expect, openLatchkey, test } from "./support/latchkey.ts";
import { readNetLog, startNetLog } from "./support/net-log.ts";

const hostile = ExtensionId.parse("evil.hostile");
const asking = "acme.asking";
const folderOf = (name: string) => join(fixtures, `${name}-extension`);

/** What ends without an error and still gives nothing: the request is dropped further down, as the counts show. */
const harmless = new Set([
  "sendBeacon: got queued",
  "RTCPeerConnection: got icecandidateerror",
  "an object in place of a text: got it",
  "an answer to a ping that was not: got it",
]);

test("a hostile extension gets nothing that was not granted", async ({ session }) => {
  test.setTimeout(240_000);
  const target = await openTarget();
  await using server = await startModelServer({ data: [] });
  const attempts = await readFile(join(folderOf("hostile"), "attempts.js"), "utf8");
  const latchkey = await openWithModels(session, {
    value: canary(),
    address: server.address,
    async install() {
      // Without its target it cannot be loaded yet.
      await installExtension(session, { id: hostile, from: folderOf("hostile") });
      const files = { "reason.js": 'export const reason = "List the models.";', "attempts.js": attempts };
      await installExtension(session, { id: asking, from: folderOf("asking"), files });
    },
  });
  const { app, page } = latchkey;
  await expect
    .poll(() => extensionState(page, hostile))
    .toMatchObject({ status: "stopped", stop: "load-failed" });
  await answer(await nextQuestion(latchkey), "Always allow");
  await expect.poll(() => logOf(page, asking)).toContain("done");
  const otherRef = (await logOf(page, asking))[0]?.split(" ").at(-1);
  expect(otherRef).toMatch(/^ref_/);
  await startNetLog(app, [hostile, asking]);

  const files = { "target.js": `export const port = ${target.port}; export const otherRef = "${otherRef}";` };
  await installExtension(session, { id: hostile, files });
  await page.evaluate((id) => window.latchkey.extensions.start({ id }), hostile);
  const inPage = (await inExtensionPage(
    app,
    asking,
    `import("/code/attempts.js").then(async ({ attemptAll }) => {
      const outcomes = [];
      await attemptAll(${target.port}, (name, outcome) => outcomes.push(name + "\\t" + outcome));
      return outcomes;
    })`,
  )) as string[];
  await expect
    .poll(async () => (await extensionState(page, hostile)) ?? null, { timeout: 120_000 })
    .toMatchObject({ status: "blocked", stop: "flood" });

  const asExtension = outcomesIn(await logOf(page, hostile));
  const asPage = outcomesIn(inPage);
  const names = [...new Set([...asExtension.keys(), ...asPage.keys()])];
  process.stdout.write("| attempt | as the extension | as the page around it |\n| --- | --- | --- |\n");
  for (const name of names) {
    process.stdout.write(`| ${name} | ${asExtension.get(name) ?? "–"} | ${asPage.get(name) ?? "–"} |\n`);
  }
  process.stdout.write(`${names.length} attempts; ${target.hits()} of them reached the local server.\n`);
  expect(names.length).toBeGreaterThan(60);
  const got = [...asExtension, ...asPage].filter(([, outcome]) => outcome.startsWith("got"));
  expect(got.filter((line) => !harmless.has(line.join(": ")))).toEqual([]);

  expect(target.hits()).toBe(0);
  expect(await readNetLog(app, [hostile, asking])).toEqual({ hosts: ["~notfound"], packets: 0 });
  expect(await app.evaluate(() => Reflect.get({}, "polluted"))).toBeUndefined();
  // The grants are what the person gave, and the requests are those of the one who was allowed.
  const { consents } = await page.evaluate(() => window.latchkey.consent.list());
  expect(consents.map(({ requesterId, decision }) => [requesterId, decision])).toEqual([
    [`extension:${asking}`, "always"],
  ]);
  expect(server.requests).toHaveLength(2);
  await app.close();
  target.close();
});

test("an extension that crashes three times within a minute is blocked", async ({ session }) => {
  const files = { "reason.js": 'export const reason = "None.";' };
  await installExtension(session, { id: asking, from: folderOf("asking"), files });
  const { app, page } = await openLatchkey(session);
  const crashed: number[] = [];
  for (let crash = 1; crash <= 3; crash += 1) {
    // A window whose process has not begun yet has none to crash.
    await expect
      .poll(() =>
        app
          .evaluate(({ BrowserWindow }, former) => {
            const contents = BrowserWindow.getAllWindows()
              .map(({ webContents }) => webContents)
              .find((one) => one.getURL().startsWith("latchkey-extension:"));
            const pid = contents?.getOSProcessId() ?? 0;
            if (pid === 0 || former.includes(pid)) return 0;
            contents?.forcefullyCrashRenderer();
            return pid;
          }, crashed)
          .then((pid) => {
            if (pid > 0) crashed.push(pid);
            return crashed.length;
          }),
      )
      .toBe(crash);
  }
  await expect.poll(() => extensionState(page, asking)).toMatchObject({ status: "blocked", stop: "crashes" });
  await app.close();
});

/** Lines such as `fetch<tab>TypeError`, by the attempt. */
function outcomesIn(lines: readonly string[]): Map<string, string> {
  return new Map(
    lines.flatMap((line) => {
      const [name, outcome] = line.split("\t");
      return name !== undefined && outcome !== undefined ? [[name, outcome] as const] : [];
    }),
  );
}
