import { rm, utimes } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createMemoryBackend } from "../src/memory-backend.ts";
import { createSafeStorageBackend } from "../src/safe-storage/safe-storage-backend.ts";
import type { SecretBackend } from "../src/secret-backend.ts";
import { makeGate } from "./gate.ts";
import { makeFolder } from "./make-folder.ts";
import { codeOf, openStore } from "./open-store.ts";
import { createTestCipher } from "./test-cipher.ts";

const [ours, theirs] = ["provider.ours.token", "provider.theirs.token"];

/** Two stores on one folder; the first stops in the middle of its next change, at its audit entry. */
async function openBoth(create: (folder: string) => SecretBackend) {
  const folder = await makeFolder();
  const backend = create(folder);
  const [atAudit, goOn] = [makeGate(), makeGate()];
  const { store } = await openStore({ folder, backends: [backend] });
  await store.set(theirs, "canary-former");
  const { store: paused } = await openStore({
    folder,
    backends: [backend],
    async onAudit({ action, outcome }) {
      if (action === "storage.chosen" || outcome !== "done") return;
      atAudit.open();
      await goOn.opened;
    },
  });
  return { folder, store, paused, atAudit, goOn };
}

test.each([
  ["memory", () => createMemoryBackend()],
  ["safe-storage", (folder: string) => createSafeStorageBackend({ folder, cipher: createTestCipher() })],
])(
  "on %s, a change that lost its lock while it slept takes nothing back of what came after it",
  async (_, create) => {
    const { folder, store, paused, atAudit, goOn } = await openBoth(create);
    const changing = paused.set(ours, "canary-late");
    await atAudit.opened;
    // Asleep for so long that the other one takes the lock for that of a dead process.
    const longAgo = new Date(Date.now() - 60_000);
    await utimes(join(folder, "secrets.lock"), longAgo, longAgo);
    await store.set(theirs, "canary-acknowledged");
    goOn.open();
    expect([await codeOf(changing), (await store.snapshot()).toEnv()]).toEqual([
      "secrets.busy",
      { PROVIDER_THEIRS_TOKEN: "canary-acknowledged" },
    ]);
    await store.set(ours, "canary-again");
    expect((await paused.snapshot()).toEnv()).toEqual({
      PROVIDER_OURS_TOKEN: "canary-again",
      PROVIDER_THEIRS_TOKEN: "canary-acknowledged",
    });
  },
);

test("a change that lost its lock does not take away that of whoever came after it", async () => {
  const { folder, store, paused, atAudit, goOn } = await openBoth(() => createMemoryBackend());
  const changing = paused.set(ours, "canary-late");
  await atAudit.opened;
  await rm(join(folder, "secrets.lock"), { recursive: true });
  const [inside, leave] = [makeGate(), makeGate()];
  const { withStoreLock } = await import("../src/files/store-lock.ts");
  const holding = withStoreLock(folder, async (hold) => {
    inside.open();
    await leave.opened;
    hold.assertHeld();
    return "held";
  });
  await inside.opened;
  goOn.open();
  await changing.catch(() => undefined);
  leave.open();
  expect([await codeOf(changing), await holding, await store.get(ours)]).toEqual([
    "secrets.busy",
    "held",
    undefined,
  ]);
});
