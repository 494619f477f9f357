import { Link } from "@tanstack/react-router";
import { LockKeyhole } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Hint } from "../components/hint.tsx";
import { screens } from "./screens.ts";
import { useIsWide } from "./use-is-wide.ts";

/** The screens. In a narrow window it shows icons, with the names in tooltips. */
export function Rail() {
  const { t } = useTranslation();
  const isWide = useIsWide();
  return (
    <nav
      aria-label={t("frame.screens")}
      data-pane
      className="flex flex-col gap-4 overflow-auto border-r border-line bg-rail px-2 py-3 rail:w-52 rail:px-3"
    >
      <p
        aria-hidden
        className="flex items-center justify-center gap-2.5 px-1 py-1 font-semibold rail:justify-start"
      >
        <span className="inline-flex size-7 items-center justify-center rounded-lg bg-accent text-white">
          <LockKeyhole className="size-4" />
        </span>
        <span className="max-rail:hidden">{t("app.name")}</span>
      </p>
      <ul className="flex flex-col gap-0.5">
        {screens.map(({ path, title, Icon }, index) => (
          <li key={path}>
            <Hint text={t(title)} side="right" isOff={isWide}>
              <Link
                to={path}
                aria-keyshortcuts={`Control+${index + 1}`}
                className="flex min-h-9 items-center justify-center gap-2.5 rounded-md px-2.5 py-1.5 text-muted transition-colors hover:bg-selected hover:text-ink aria-[current=page]:bg-selected aria-[current=page]:font-medium aria-[current=page]:text-ink forced-colors:aria-[current=page]:underline rail:justify-start"
              >
                <Icon aria-hidden className="size-4 shrink-0" />
                <span className="max-rail:sr-only">{t(title)}</span>
              </Link>
            </Hint>
          </li>
        ))}
      </ul>
    </nav>
  );
}
