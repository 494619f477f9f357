import { useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";

/** The last lines that the server printed. It stays at the end, unless the person scrolled up to read. */
export function LogTail({ lines }: { readonly lines: readonly string[] }) {
  const { t } = useTranslation();
  const box = useRef<HTMLPreElement>(null);
  const isAtEnd = useRef(true);
  useLayoutEffect(() => {
    if (box.current && isAtEnd.current) box.current.scrollTop = box.current.scrollHeight;
  });

  return (
    <section aria-labelledby="server-log" className="flex flex-col gap-2">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 id="server-log" className="font-semibold">
          {t("server.log.title")}
        </h2>
        <p className="text-[0.8125rem] text-muted">{t("server.log.note")}</p>
      </div>
      {lines.length === 0 ? (
        <p className="rounded-xl border border-line bg-rail p-4 text-muted">{t("server.log.empty")}</p>
      ) : (
        <pre
          ref={box}
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by key
          tabIndex={0}
          onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
            isAtEnd.current = scrollHeight - scrollTop - clientHeight < 24;
          }}
          className="max-h-72 min-h-24 overflow-auto rounded-xl border border-line bg-rail p-4 font-mono text-xs leading-5 break-words whitespace-pre-wrap"
        >
          {lines.join("\n")}
        </pre>
      )}
    </section>
  );
}
