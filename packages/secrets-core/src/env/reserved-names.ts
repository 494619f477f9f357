/**
 * Beginnings of names that change how a process, or one that it starts, runs: loader, interpreters, shell, TLS,
 * Electron, package managers, git, desktop. No secret may be mapped to one.
 *
 * @see https://man7.org/linux/man-pages/man8/ld.so.8.html
 * @see https://nodejs.org/api/cli.html#environment-variables
 * @see https://git-scm.com/docs/git#_environment_variables
 */
export const reservedPrefixes: readonly string[] = words([
  // Loader and C library.
  "LD_ DYLD_ GLIBC_ MALLOC_ LOCPATH LC_ NSS_ KRB5",
  // Interpreters and runtimes.
  "NODE_ UV_ V8_ TS_NODE_ BUN_ DENO_ PYTHON RUBY PERL PHP_INI LUA_ JAVA_",
  "JDK_ COMPLUS_ COR_ CORECLR_ DOTNET_ TCLLIB",
  // Package managers and build tools.
  "NPM_CONFIG_ NPM_LIFECYCLE_ NPM_PACKAGE_ PNPM_ YARN_ COREPACK_ PIP_ CONDA_ BUNDLE_",
  "CARGO_ RUSTC_ RUSTUP_ HOMEBREW_ NIX_",
  // Shells and the programs that a login hands on to.
  "BASH_ ZSH_ SUDO_ PAM_ LESS SYSTEMD_ LISTEN_",
  // Transport security and remote shells.
  "SSL_ OPENSSL_ GNUTLS_ CURL_ SSH_ GIT_",
  // Electron, Chromium, desktop, sandboxes of applications.
  "ELECTRON_ CHROME_ CHROMIUM_ XDG_ DBUS_ GNOME_KEYRING_ GTK_ GDK_ GIO_ GSETTINGS_",
  "QT_ QML_ IBUS_ LIBGL_ MESA_ VK_ SNAP_ FLATPAK_ WSL",
  // Ours, and what Windows sets for every process.
  "LATCHKEY_ PROCESSOR_ COMMONPROGRAM PROGRAMFILES PROGRAMW6432",
]);

/** Further names of the kind, and the places in which programs, settings and certificates are found. */
export const reservedNames: readonly string[] = words([
  "PATH PATHEXT HOME HOMEDRIVE HOMEPATH USER USERNAME USERPROFILE USERDOMAIN",
  "USERDNSDOMAIN LOGNAME SHELL PWD OLDPWD SHLVL TERM TERMINFO TERMCAP LANG",
  "LANGUAGE TZ TZDIR TMP TEMP TMPDIR HOSTNAME HOST PORT CI DEBUG _",
  "FORCE_COLOR NO_COLOR COLUMNS LINES INIT_CWD NOTIFY_SOCKET MAIL OPTIND",
  // Shells.
  "IFS ENV CDPATH FPATH ZDOTDIR PS1 PS2 PS3 PS4 PROMPT PROMPT_COMMAND",
  "SHELLOPTS BASHOPTS BASH GLOBIGNORE EXECIGNORE FIGNORE HISTFILE HISTCONTROL INPUTRC",
  "POSIXLY_CORRECT TMOUT UID EUID PPID RANDOM FCEDIT MAILPATH",
  // Programs that other programs start, and their options.
  "EDITOR VISUAL PAGER MANPAGER BROWSER EXINIT VIMINIT VIMRUNTIME EMACSLOADPATH",
  "AWKPATH AWKLIBPATH GREP_OPTIONS TAR_OPTIONS GZIP XZ_OPT UNZIP ZIPOPT MAKEFLAGS",
  "MAKEFILES MFLAGS KUBECONFIG DOCKER_HOST DOCKER_CONFIG RSYNC_RSH WINEPREFIX",
  // Desktop.
  "DISPLAY WAYLAND_DISPLAY XAUTHORITY SESSION_MANAGER DESKTOP_SESSION AT_SPI_BUS_ADDRESS",
  "APPIMAGE APPDIR SNAP",
  // Proxies and TLS.
  "HTTP_PROXY HTTPS_PROXY FTP_PROXY ALL_PROXY NO_PROXY RSYNC_PROXY SOCKS_PROXY WS_PROXY",
  "WSS_PROXY GRPC_PROXY NO_GRPC_PROXY GLOBAL_AGENT_HTTP_PROXY SSLKEYLOGFILE REQUESTS_CA_BUNDLE",
  "AWS_CA_BUNDLE HTTPLIB2_CA_CERTS",
  // Loader, C library, resolver.
  "LIBPATH SHLIB_PATH GCONV_PATH GETCONF_DIR HOSTALIASES LOCALDOMAIN NIS_PATH NLSPATH",
  "RESOLV_HOST_CONF RES_OPTIONS DEBUGINFOD_URLS ASAN_OPTIONS LSAN_OPTIONS UBSAN_OPTIONS",
  // Interpreters and build tools.
  "CLASSPATH _JAVA_OPTIONS GEM_HOME GEM_PATH PHPRC RUSTFLAGS GOFLAGS GOPATH GOROOT",
  "GOPROXY GODEBUG GOENV GOTOOLCHAIN VIRTUAL_ENV NPM_EXECPATH NPM_NODE_EXECPATH",
  // Windows.
  "COMSPEC SYSTEMROOT SYSTEMDRIVE WINDIR OS APPDATA LOCALAPPDATA PROGRAMDATA PUBLIC",
  "PSMODULEPATH PSEXECUTIONPOLICYPREFERENCE ALLUSERSPROFILE COMPUTERNAME LOGONSERVER",
  "SESSIONNAME NUMBER_OF_PROCESSORS DRIVERDATA",
]);

const names = new Set(reservedNames);

/** Whether a variable of this name, in any case, changes how a process runs. */
export function isReservedName(name: string): boolean {
  const upper = name.toUpperCase();
  return names.has(upper) || reservedPrefixes.some((prefix) => upper.startsWith(prefix));
}

function words(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split(" "));
}
