import { Menu, type MenuItemConstructorOptions } from "electron";
import type { TFunction } from "i18next";
import type en from "../locales/en.json";

export interface MenuActions {
  readonly restartServer: () => void;
  readonly openLogsFolder: () => Promise<void>;
}

type Role = NonNullable<MenuItemConstructorOptions["role"]>;
type Word = keyof (typeof en)["menu"];

/** Installs the native menu, in the words of `t`. */
export function installMenu(t: TFunction, actions: MenuActions, isPackaged: boolean): void {
  const isMac = process.platform === "darwin";
  const role = (name: Role, word: Word) => ({
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

function appMenu(
  role: (name: Role, word: Word) => MenuItemConstructorOptions,
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
