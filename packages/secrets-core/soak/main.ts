import { parseArgs } from "node:util";
import { startTestSession } from "@latchkey/test-session";
import { writeTogether } from "./crowd.ts";
import { cutAnywhere } from "./cut-anywhere.ts";
import { cutPower } from "./cuts.ts";
import { failEachCall } from "./faults.ts";
import { killAtEachCall, killAtRandom } from "./kills.ts";
import { missingForCuts, missingForTraces } from "./needs.ts";
import type { Kind } from "./open-store.ts";
import { newTally, type Tally } from "./tally.ts";

/**
 * `node soak/main.ts [--minutes N]`: does to a store what power cuts, kills, failing disks and other processes do, and
 * counts what was lost. Without `--minutes` it does the least that a release needs, in about three minutes.
 */
const { values } = parseArgs({ options: { minutes: { type: "string" } } });
const minutes = values.minutes === undefined ? undefined : Number(values.minutes);
const startedAt = performance.now();
const least = { kills: 40, keychainKills: 20, cuts: 40 };
let failures = 0;

/** Ends a part of the soak after its least number, or later when there are minutes to fill. */
function until(tally: Tally, number: number, share: number): () => boolean {
  const endsAt = performance.now() + (minutes ?? 0) * 60_000 * share;
  return () => tally.events >= number && performance.now() >= endsAt;
}

async function part(name: string, events: string, work: (tally: Tally) => Promise<unknown>): Promise<void> {
  const tally = newTally();
  const from = performance.now();
  await work(tally);
  const seconds = ((performance.now() - from) / 1_000).toFixed(0);
  const { acknowledged, lost, mixed, notes } = tally;
  failures += lost + mixed;
  process.stdout.write(
    `${name}: ${tally.events} ${events}, ${acknowledged} acknowledged, ${lost} lost, ${mixed} mixed (${seconds} s)\n`,
  );
  for (const note of notes) process.stdout.write(`  ${note}\n`);
}

async function randomKills(kind: Kind, number: number): Promise<void> {
  await part(`${kind}, kill -9 at random`, "kills", (tally) =>
    killAtRandom(tally, { kind, isDone: until(tally, number, 0.2) }),
  );
}

/** Each kill there takes as long as two elsewhere, so a short run has fewer. */
async function keychainKills(): Promise<void> {
  if (minutes === undefined) {
    await randomKills("keychain", least.keychainKills);
    await part("keychain, kill -9 at each file call of a change", "kills", (tally) =>
      killAtEachCall(tally, { kind: "keychain", step: "change" }),
    );
  } else await killsAndFaults("keychain");
  await part("keychain, kill -9 at each message of a change", "kills", (tally) =>
    killAtEachCall(tally, { kind: "keychain", step: "change", of: "message" }),
  );
}

async function killsAndFaults(kind: Kind): Promise<void> {
  await randomKills(kind, least.kills);
  for (const step of ["change", "commit", "remove"] as const) {
    await part(`${kind}, kill -9 at each file call of a ${step}`, "kills", (tally) =>
      killAtEachCall(tally, { kind, step }),
    );
  }
  await part(`${kind}, a failing file call in a change`, "faults", (tally) =>
    failEachCall(tally, { kind, step: "change", isRotating: minutes === undefined }),
  );
}

const missing = [...missingForTraces(), ...missingForCuts()];
if (missing.length > 0) throw new Error(`The soak needs ${missing.join(", ")}.`);
await using session = await startTestSession({ keyring: "unlocked" });
process.env["DBUS_SESSION_BUS_ADDRESS"] = session.env["DBUS_SESSION_BUS_ADDRESS"];
await Promise.all([killsAndFaults("safe-storage"), killsAndFaults("env-file"), keychainKills()]);
await part("safe-storage, every state that a power cut may leave", "states", (tally) =>
  cutAnywhere(tally, {
    kind: "safe-storage",
    steps: ["commit", "remove", "change", "change", "stage", "stage", "discard"],
  }),
);
for (const kind of ["safe-storage", "env-file"] as const) {
  await part(`${kind}, power cuts`, "cuts", (tally) =>
    cutPower(tally, { kind, isDone: until(tally, least.cuts, 0.2) }),
  );
  await part(`${kind}, eight processes at once`, "processes", (tally) =>
    writeTogether(tally, { kind, processes: 8, steps: minutes === undefined ? 5 : 50 }),
  );
}
process.stdout.write(
  `${failures === 0 ? "nothing" : failures} lost or mixed, ${((performance.now() - startedAt) / 1_000).toFixed(0)} s\n`,
);
process.exitCode = failures === 0 ? 0 : 1;
