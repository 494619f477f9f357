import { Menu } from "@base-ui/react/menu";
import type { Connection } from "@latchkey/api-contracts/connections";
import { useTranslation } from "react-i18next";

/** What can be done with a connection from the list. */
export type RowAction = "open" | "test" | "duplicate" | "move" | "toggle" | "delete";

export interface RowMenuProps {
  readonly connection: Connection;
  /** The button of the row that the menu belongs to. */
  readonly anchor: HTMLElement;
  readonly hasWorkspace: boolean;
  readonly onClose: () => void;
  readonly onAction: (action: RowAction) => void;
}

/** The menu of one row. There is one at a time, so that a long list costs no menus. */
export function RowMenu({ connection, anchor, hasWorkspace, onClose, onAction }: RowMenuProps) {
  const { t } = useTranslation();
  const { scope, state, isDisabled, displayName: name } = connection;
  const isThere = state !== "provider-missing";
  const isUsable = isThere && state !== "unconfirmed";
  const actions: [RowAction, string][] = [
    ["open", t("connections.menu.open")],
    ...(isUsable ? [["test", t("connections.menu.test")] satisfies [RowAction, string]] : []),
    ...(isThere ? [["duplicate", t("connections.menu.duplicate")] satisfies [RowAction, string]] : []),
    ...(isUsable && (hasWorkspace || scope === "workspace")
      ? [
          [
            "move",
            t(scope === "user" ? "connections.menu.toWorkspace" : "connections.menu.toUser"),
          ] satisfies [RowAction, string],
        ]
      : []),
    ...(isUsable
      ? [
          ["toggle", t(isDisabled ? "connections.menu.enable" : "connections.menu.disable")] satisfies [
            RowAction,
            string,
          ],
        ]
      : []),
    ["delete", t("connections.menu.delete")],
  ];
  return (
    <Menu.Root
      open
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Menu.Portal>
        <Menu.Positioner anchor={anchor} align="end" sideOffset={4} className="z-30">
          <Menu.Popup
            data-modal
            aria-label={t("connections.more", { name })}
            finalFocus={() => anchor}
            className="min-w-52 rounded-lg border border-line bg-raised p-1 shadow-raised"
          >
            {actions.map(([action, text]) => (
              <Menu.Item
                key={action}
                onClick={() => onAction(action)}
                className={`flex min-h-8 items-center rounded-md px-2.5 py-1 data-highlighted:bg-selected ${action === "delete" ? "text-danger" : ""}`}
              >
                {text}
              </Menu.Item>
            ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}
