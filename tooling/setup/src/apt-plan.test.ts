import { expect, test } from "vitest";
import {
  installCommand,
  isDebianLike,
  knownLibraries,
  missingLibraries,
  missingNeeds,
  packagesFor,
} from "./apt-plan.mjs";

const needs = [
  { program: "Xvfb", packages: ["xvfb"] },
  { library: "libasound.so.2", packages: ["libasound2t64", "libasound2"] },
  { library: "libnss3.so", packages: ["libnss3"] },
];

test("only what the machine lacks is missing", () => {
  const machine = { hasProgram: () => false, hasLibrary: (name: string) => name === "libnss3.so" };
  expect(missingNeeds(needs, machine)).toEqual([needs[0], needs[1]]);
});

test("a renamed package goes by the name that the release knows", () => {
  const newer = packagesFor(needs, () => true);
  const older = packagesFor(needs, (name) => !name.endsWith("t64"));
  expect([newer, older]).toEqual([
    ["libasound2t64", "libnss3", "xvfb"],
    ["libasound2", "libnss3", "xvfb"],
  ]);
});

test("before the package lists were fetched the oldest names are taken", () => {
  expect(packagesFor(needs, () => false)).toEqual(["libasound2", "libnss3", "xvfb"]);
});

test("the command to run by hand updates the lists first", () => {
  expect(installCommand(["libnss3", "xvfb"])).toBe(
    "sudo apt-get update && sudo apt-get install -y --no-install-recommends libnss3 xvfb",
  );
});

test("Debian, Ubuntu and what derives from them count as Debian-like", () => {
  const releases = [
    "ID=debian\n",
    "ID=ubuntu\nID_LIKE=debian\n",
    'ID=pop\nID_LIKE="ubuntu debian"\n',
    "ID=fedora\n",
  ];
  expect(releases.map(isDebianLike)).toEqual([true, true, true, false]);
});

test("what ldd did not find is missing", () => {
  const output =
    "\tlibnss3.so => not found\n\tlibc.so.6 => /lib/libc.so.6 (0x0)\n\tlibgbm.so.1 => not found\n";
  expect(missingLibraries(output)).toEqual(["libnss3.so", "libgbm.so.1"]);
});

test("the loader's cache names the known libraries", () => {
  const output =
    "2 libs found in cache\n\tlibz.so.1 (libc6,x86-64) => /lib/libz.so.1\n\tlibX11.so.6 (libc6) => /x\n";
  expect([...knownLibraries(output)]).toEqual(["libz.so.1", "libX11.so.6"]);
});
