// Idles for the milliseconds of its second argument, prints what that cost, and ends. With a server named by its first
// argument it supervises that, behind a front.
import { createNodeLauncher, createSupervisor, openFront } from "../src/index.ts";

const [program = "", durationMs = "0"] = process.argv.slice(2);
if (program !== "") {
  const supervisor = createSupervisor({
    launcher: createNodeLauncher({ command: process.execPath, args: [program] }),
    redact: (line) => line,
    onAudit: () => undefined,
  });
  await supervisor.apply({ env: {}, reason: { kind: "app-start", keys: [] } });
  await openFront({ supervisor });
}
setTimeout(() => {
  const before = process.cpuUsage();
  const startedAt = performance.now();
  setTimeout(() => {
    const { user, system } = process.cpuUsage(before);
    const percentOfCore = (user + system) / 10 / (performance.now() - startedAt);
    process.stdout.write(JSON.stringify({ percentOfCore, rssMb: process.memoryUsage.rss() / 2 ** 20 }));
    process.exit(0);
  }, Number(durationMs));
}, 500);
