import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { focusNextPane } from "./panes.ts";
import { screens } from "./screens.ts";

const isTextField = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.matches("input, textarea, select, [contenteditable]");

const isDialogOpen = () => document.querySelector("[data-modal]") !== null;

/** The keys that work on every screen: Ctrl/Cmd+1…, Ctrl/Cmd+F or `/`, F6. Dialogs keep their keys. */
export function useShortcuts(): void {
  const navigate = useNavigate();
  useEffect(() => {
    function onKeyDown(event: KeyboardEvent) {
      if (event.altKey || isDialogOpen()) return;
      const withCommand = event.ctrlKey || event.metaKey;
      const screen = withCommand ? screens[Number(event.key) - 1] : undefined;
      if (screen) {
        event.preventDefault();
        void navigate({ to: screen.path }).then(() => document.querySelector<HTMLElement>("h1")?.focus());
      } else if (
        (withCommand && event.code === "KeyF") ||
        (event.key === "/" && !isTextField(event.target))
      ) {
        const search = document.querySelector<HTMLInputElement>('main input[type="search"]');
        if (!search) return;
        event.preventDefault();
        search.focus();
        search.select();
      } else if (event.key === "F6") {
        event.preventDefault();
        event.stopPropagation(); // the toasts listen too, and would take the focus on every F6
        focusNextPane(event.shiftKey ? -1 : 1);
      }
    }
    window.addEventListener("keydown", onKeyDown, { capture: true });
    return () => window.removeEventListener("keydown", onKeyDown, { capture: true });
  }, [navigate]);
}
