/**
 * What Latchkey needs from the operating system, and the Debian packages that bring it.
 *
 * A need is met when its program is on PATH or its shared library is known to the loader; only needs that are
 * not met become packages. Where a package was renamed (the 64-bit time transition), the newer name stands first.
 *
 * @typedef {{ program: string, packages: string[] }} ProgramNeed
 * @typedef {{ library: string, packages: string[] }} LibraryNeed
 * @typedef {ProgramNeed | LibraryNeed} SystemNeed
 * @typedef {{ folder: string, program: string, packages: string[] }} UnpackedNeed
 */

/** @type {LibraryNeed[]} What the Electron binary links or opens while it runs. */
export const electronLibraries = [
  { library: "libasound.so.2", packages: ["libasound2t64", "libasound2"] },
  { library: "libatk-1.0.so.0", packages: ["libatk1.0-0t64", "libatk1.0-0"] },
  { library: "libatk-bridge-2.0.so.0", packages: ["libatk-bridge2.0-0t64", "libatk-bridge2.0-0"] },
  { library: "libatspi.so.0", packages: ["libatspi2.0-0t64", "libatspi2.0-0"] },
  { library: "libcairo.so.2", packages: ["libcairo2"] },
  { library: "libcups.so.2", packages: ["libcups2t64", "libcups2"] },
  { library: "libdbus-1.so.3", packages: ["libdbus-1-3"] },
  { library: "libdrm.so.2", packages: ["libdrm2"] },
  { library: "libexpat.so.1", packages: ["libexpat1"] },
  { library: "libgbm.so.1", packages: ["libgbm1"] },
  { library: "libglib-2.0.so.0", packages: ["libglib2.0-0t64", "libglib2.0-0"] },
  { library: "libgtk-3.so.0", packages: ["libgtk-3-0t64", "libgtk-3-0"] },
  { library: "libnspr4.so", packages: ["libnspr4"] },
  { library: "libnss3.so", packages: ["libnss3"] },
  { library: "libpango-1.0.so.0", packages: ["libpango-1.0-0"] },
  { library: "libsecret-1.so.0", packages: ["libsecret-1-0"] },
  { library: "libudev.so.1", packages: ["libudev1"] },
  { library: "libX11.so.6", packages: ["libx11-6"] },
  { library: "libxcb.so.1", packages: ["libxcb1"] },
  { library: "libXcomposite.so.1", packages: ["libxcomposite1"] },
  { library: "libXdamage.so.1", packages: ["libxdamage1"] },
  { library: "libXext.so.6", packages: ["libxext6"] },
  { library: "libXfixes.so.3", packages: ["libxfixes3"] },
  { library: "libxkbcommon.so.0", packages: ["libxkbcommon0"] },
  { library: "libXrandr.so.2", packages: ["libxrandr2"] },
];

/** @type {ProgramNeed[]} What unpacking the Electron runtime calls. */
export const runtimePrograms = [{ program: "unzip", packages: ["unzip"] }];

/** @type {ProgramNeed[]} What the tests start: a session bus, a Secret Service, a display, an unprivileged user, other readers of our files, a soak, a server in shell. */
export const testPrograms = [
  { program: "age", packages: ["age"] },
  { program: "dbus-daemon", packages: ["dbus"] },
  { program: "gcc", packages: ["gcc"] },
  { program: "mkfs.ext4", packages: ["e2fsprogs"] },
  { program: "strace", packages: ["strace"] },
  { program: "gdbus", packages: ["libglib2.0-bin"] },
  { program: "git", packages: ["git"] },
  { program: "gnome-keyring-daemon", packages: ["gnome-keyring"] },
  { program: "openssl", packages: ["openssl"] },
  { program: "ps", packages: ["procps"] },
  { program: "python3", packages: ["python3"] },
  { program: "secret-tool", packages: ["libsecret-tools"] },
  { program: "setpriv", packages: ["util-linux"] },
  { program: "socat", packages: ["socat"] },
  { program: "ssh-keygen", packages: ["openssh-client"] },
  { program: "Xvfb", packages: ["xvfb"] },
];

/** @type {UnpackedNeed} An SSH server for the tests. It is not installed: that would open this machine to the network. */
export const unpackedOpenSsh = {
  folder: "openssh",
  program: "usr/sbin/sshd",
  packages: ["libnss-wrapper", "libpam-wrapper", "libwrap0", "openssh-server"],
};

/**
 * The needs of one command of the bootstrap.
 *
 * @param {"start" | "test" | "dev"} command
 * @returns {SystemNeed[]}
 */
export function needsOf(command) {
  const common = [...runtimePrograms, ...electronLibraries];
  return command === "test" ? [...testPrograms, ...common] : common;
}
