/**
 * What a stock Electron does with `electron [-r module] <path>`: it makes the application at that path the running
 * one. Loading is awaited, so that `ready` fires no sooner than the application's own top level has run.
 */
import { existsSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { app } from "electron";

const { preloads, target } = readArguments(process.argv.slice(1));

if (target === undefined) {
  process.stderr.write("Usage: electron [-r module] <path to an application>\n");
  process.exit(1);
}

try {
  process.defaultApp = true;
  const entry = adoptApplication(resolve(target));
  const require = createRequire(join(process.cwd(), "electron-preload.cjs"));
  for (const preload of preloads) require(preload);
  await import(pathToFileURL(entry).href);
} catch (error) {
  process.stderr.write(
    `Unable to run the application at ${target}\n${error instanceof Error ? error.stack : String(error)}\n`,
  );
  process.exit(1);
}

/** Switches belong to Chromium or to the application; the first other word is the application. */
function readArguments(words) {
  const preloads = [];
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index];
    if (word === "-r" || word === "--require") {
      index += 1;
      preloads.push(words[index]);
    } else if (!word.startsWith("-")) {
      return { preloads, target: word };
    }
  }
  return { preloads, target: undefined };
}

/** Gives Electron the application's name, version and path, and returns the file to load. */
function adoptApplication(path) {
  const isFolder = statSync(path).isDirectory();
  const manifestPath = join(path, "package.json");
  if (isFolder && existsSync(manifestPath)) {
    const manifest = JSON.parse(readFileSync(manifestPath, "utf8"));
    if (manifest.version) app.setVersion(manifest.version);
    const name = manifest.productName ?? manifest.name;
    if (name) app.setName(name);
    const desktopName = manifest.desktopName ?? (name && `${name}.desktop`);
    if (desktopName) app.setDesktopName?.(desktopName);
  }
  app.setAppPath(isFolder ? path : dirname(path));
  return createRequire(manifestPath).resolve(path);
}
