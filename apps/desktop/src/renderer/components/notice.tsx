import type { ErrorData } from "@latchkey/api-contracts/error-data";
import { CircleAlert, Info, TriangleAlert } from "lucide-react";
import type { ReactNode, Ref } from "react";
import { useTranslation } from "react-i18next";
import { errorText } from "../text/error-text.ts";

const looks = {
  warn: { box: "border-warn-line bg-warn-tint", icon: "text-warn", Icon: TriangleAlert },
  danger: { box: "border-danger-line bg-danger-tint", icon: "text-danger", Icon: CircleAlert },
  info: { box: "border-line bg-hover", icon: "text-muted", Icon: Info },
} as const;

export interface NoticeProps {
  readonly look: keyof typeof looks;
  readonly title?: string;
  readonly children: ReactNode;
  readonly actions?: ReactNode;
  readonly className?: string;
}

/** A standing sentence about a state, with what can be done about it. */
export function Notice({ look, title, children, actions, className = "" }: NoticeProps) {
  const { box, icon, Icon } = looks[look];
  return (
    <div
      className={`flex flex-wrap items-start gap-x-3 gap-y-2 rounded-lg border px-3 py-2 ${box} ${className}`}
    >
      <Icon aria-hidden className={`mt-1 size-4 shrink-0 ${icon}`} />
      <div className="min-w-48 flex-[1_1_26rem] py-0.5 break-words">
        {title && <p className="font-semibold">{title}</p>}
        <div>{children}</div>
      </div>
      {actions && <div className="ml-7 flex flex-wrap gap-2">{actions}</div>}
    </div>
  );
}

export interface ErrorNoticeProps {
  readonly error: ErrorData;
  readonly title: string;
  readonly actions?: ReactNode;
  readonly ref?: Ref<HTMLDivElement>;
}

/** A failed step: what failed, why and what to do next, from the code of the error. */
export function ErrorNotice({ error, title, actions, ref }: ErrorNoticeProps) {
  const { t } = useTranslation();
  return (
    <div role="alert" ref={ref} tabIndex={-1} className="rounded-lg">
      <Notice look="danger" title={title} actions={actions}>
        {errorText(t, error)}
      </Notice>
    </div>
  );
}
