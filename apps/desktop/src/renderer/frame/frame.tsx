import { Tooltip } from "@base-ui/react/tooltip";
import { Outlet, useLocation } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Rail } from "./rail.tsx";
import { screens } from "./screens.ts";
import { ServerAnnouncer } from "./server-announcer.tsx";
import { StatusBar } from "./status-bar.tsx";
import { useFocusFallback } from "./use-focus-fallback.ts";
import { useShortcuts } from "./use-shortcuts.ts";

/** What surrounds every screen: rail, content, status bar. */
export function Frame() {
  const { t } = useTranslation();
  const main = useRef<HTMLElement>(null);
  useShortcuts();
  useFocusFallback();
  return (
    <Tooltip.Provider delay={400}>
      <div className="grid h-full grid-cols-[auto_minmax(0,1fr)] grid-rows-[minmax(0,1fr)_auto]">
        <a
          href="#content"
          className="absolute top-2 left-2 z-50 -translate-y-20 rounded-md bg-accent px-3 py-1.5 text-white focus:translate-y-0"
          onClick={(event) => {
            event.preventDefault(); // the hash holds the screen
            main.current?.focus();
          }}
        >
          {t("frame.skipToContent")}
        </a>
        <Rail />
        <main
          ref={main}
          id="content"
          tabIndex={-1}
          data-pane
          className="min-w-0 overflow-auto focus-visible:outline-offset-[-2px]"
        >
          <Outlet />
        </main>
        <StatusBar />
        <ServerAnnouncer />
        <WindowTitle />
      </div>
    </Tooltip.Provider>
  );
}

/** Names the screen in the title of the window. Apart, so that a change of screen draws only what it changes. */
function WindowTitle() {
  const { t } = useTranslation();
  const { pathname } = useLocation();
  const title = screens.find(({ path }) => pathname.startsWith(path))?.title;
  useEffect(() => {
    document.title = title ? `${t(title)} · ${t("app.name")}` : t("app.name");
  }, [t, title]);
  return null;
}
