import { Menu, type MenuItemConstructorOptions } from "electron";

export interface MenuActions {
  readonly restartServer: () => void;
  readonly openLogsFolder: () => Promise<void>;
}

/** Installs the native menu. `t` gives the words of a key such as `menu.edit`. */
export function installMenu(t: (key: string) => string, actions: MenuActions, isPackaged: boolean): void {
  const isMac = process.platform === "darwin";
  const role = (name: NonNullable<MenuItemConstructorOptions["role"]>, word: string) => ({
    role: name,
    label: t(`menu.${word}`),
  });
  const separator: MenuItemConstructorOptions = { type: "separator" };
  const template: MenuItemConstructorOptions[] = [
    ...(isMac ? [appMenu(role, separator)] : []),
    {
      label: t("menu.file"),
      submenu: [
        { label: t("menu.openLogsFolder"), click: () => void actions.openLogsFolder() },
        separator,
        isMac ? role("close", "closeWindow") : { ...role("quit", "quit"), accelerator: "CmdOrCtrl+Q" },
      ],
    },
    {
      label: t("menu.edit"),
      submenu: [
        role("undo", "undo"),
        role("redo", "redo"),
        separator,
        role("cut", "cut"),
        role("copy", "copy"),
        role("paste", "paste"),
        role("selectAll", "selectAll"),
      ],
    },
    {
      label: t("menu.view"),
      submenu: [
        role("resetZoom", "actualSize"),
        role("zoomIn", "zoomIn"),
        role("zoomOut", "zoomOut"),
        separator,
        role("togglefullscreen", "fullScreen"),
        ...(isPackaged ? [] : [role("toggleDevTools", "developerTools")]),
      ],
    },
    {
      label: t("menu.server"),
      submenu: [
        { label: t("menu.restartServer"), accelerator: "CmdOrCtrl+Shift+R", click: actions.restartServer },
      ],
    },
    { label: t("menu.window"), submenu: [role("minimize", "minimize"), role("close", "closeWindow")] },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}

type Role = NonNullable<MenuItemConstructorOptions["role"]>;

function appMenu(
  role: (name: Role, word: string) => MenuItemConstructorOptions,
  separator: MenuItemConstructorOptions,
): MenuItemConstructorOptions {
  return {
    label: "Latchkey",
    submenu: [
      role("about", "about"),
      separator,
      role("services", "services"),
      separator,
      role("hide", "hide"),
      role("hideOthers", "hideOthers"),
      role("unhide", "showAll"),
      separator,
      role("quit", "quit"),
    ],
  };
}
