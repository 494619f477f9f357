import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type PackedPackage, packPackage, readManifest } from "./pack.ts";
import { run } from "./run.ts";
import { tryAsConsumer } from "./try-as-consumer.ts";

/** `node src/main.ts`: packs the library with what it needs and looks at it as another app would. */
const maxDependencies = 10;

const folder = await mkdtemp(join(tmpdir(), "library-"));
try {
  const contracts = await packPackage("api-contracts", folder);
  const library = await packPackage("secrets-core", folder);
  await checkManifest(library);
  const checks = [
    ...[library, contracts].flatMap(({ folder, tarball }) => [
      run("publint", ["--strict", "--pack", "false", folder], folder),
      run("attw", ["--profile", "esm-only", tarball], folder),
    ]),
    run("typedoc", [], library.source),
    tryAsConsumer([library, contracts], folder),
  ];
  const failures = (await Promise.allSettled(checks)).filter((check) => check.status === "rejected");
  for (const { reason } of failures) process.stdout.write(`${String(reason)}\n`);
  process.stdout.write(
    `${checks.length - failures.length} of ${checks.length} checks of the packages passed.\n`,
  );
  if (failures.length > 0) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** What a manager of packages would run or bring along on an installation. */
async function checkManifest({ folder }: PackedPackage): Promise<void> {
  const { scripts, dependencies = {} } = await readManifest(folder);
  const count = Object.keys(dependencies).length;
  if (count > maxDependencies)
    throw new Error(`${count} production dependencies; at most ${maxDependencies}.`);
  const hooks = ["preinstall", "install", "postinstall", "prepare"].filter((name) => name in scripts);
  if (hooks.length > 0) throw new Error(`The package runs ${hooks.join(", ")} on an installation.`);
}
