import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/**
 * Looks for barriers as axe knows them; with `LATCHKEY_SHOTS`, a folder, also takes a picture. What moves comes to rest
 * first, and moves no more from then on: half-way through a change of colours these are nobody's.
 */
export async function lookAt(page: Page, name: string): Promise<void> {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.evaluate(async () => {
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  });
  const shots = process.env["LATCHKEY_SHOTS"];
  if (shots) await page.screenshot({ path: join(shots, `${name}.png`) });
  const { violations } = await new AxeBuilder({ page })
    .setLegacyMode(true)
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"])
    .analyze();
  const found = violations.map(({ id, nodes }) => [
    id,
    nodes.map(({ target, any }) => [target, any.map(({ message }) => message)]),
  ]);
  expect(found).toEqual([]);
}
