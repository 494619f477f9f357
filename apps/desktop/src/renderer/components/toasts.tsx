import { Toast } from "@base-ui/react/toast";
import { CircleAlert, CircleCheck, X } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";

const manager = Toast.createToastManager();

/** Says that a step is done. Only after the call has answered. */
export function announceDone(text: string): void {
  manager.add({ title: text, type: "done" });
}

/** Says that a step failed whose form is no longer on the screen. It stays until it is closed. */
export function announceFailed(title: string, text: string): void {
  manager.add({ title, description: text, type: "failed", timeout: 0 });
}

/** Shows the toasts, above the status bar. */
export function Toasts({ children }: { readonly children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Toast.Provider toastManager={manager} timeout={6_000}>
      {children}
      <Toast.Portal>
        <Toast.Viewport
          data-pane
          aria-label={t("frame.notifications")}
          className="fixed right-4 bottom-26 z-50 flex w-88 max-w-[calc(100vw-2rem)] flex-col gap-2"
        >
          <ToastList />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function ToastList() {
  const { t } = useTranslation();
  const { toasts } = Toast.useToastManager();
  return toasts.map((toast) => (
    <Toast.Root
      key={toast.id}
      toast={toast}
      // A toast is no dialog: it takes no focus, and it is read out when it comes.
      role={toast.type === "failed" ? "alert" : "group"}
      aria-modal={undefined}
      className="rounded-lg border border-line bg-raised shadow-raised transition duration-200 data-ending-style:opacity-0 data-limited:hidden data-starting-style:translate-y-2 data-starting-style:opacity-0"
    >
      <Toast.Content className="flex items-start gap-2.5 py-2.5 pr-2 pl-3">
        {toast.type === "failed" ? (
          <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
        ) : (
          <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
        )}
        <div className="min-w-0 flex-1 break-words">
          <Toast.Title className={toast.description ? "font-semibold" : ""} />
          <Toast.Description />
        </div>
        <Toast.Close
          aria-hidden={false}
          aria-label={t("common.close")}
          className="inline-flex size-6 shrink-0 items-center justify-center rounded text-muted hover:bg-hover hover:text-ink"
        >
          <X aria-hidden className="size-4" />
        </Toast.Close>
      </Toast.Content>
    </Toast.Root>
  ));
}
