import { Dialog as BaseDialog } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode, RefObject } from "react";
import { useTranslation } from "react-i18next";

export interface DialogProps {
  readonly isOpen: boolean;
  readonly title: ReactNode;
  readonly description?: ReactNode;
  /** Asks about a step that cannot be undone. */
  readonly isAlert?: boolean;
  readonly initialFocus?: RefObject<HTMLElement | null>;
  /** Esc and the close button come here; a click outside does nothing, so that typed text is not lost. */
  readonly onClose: (reason: "escape" | "close") => void;
  readonly onClosed?: () => void;
  readonly children: ReactNode;
}

export function Dialog({ isOpen, title, description, isAlert = false, initialFocus, ...rest }: DialogProps) {
  const { t } = useTranslation();
  return (
    <BaseDialog.Root
      open={isOpen}
      disablePointerDismissal
      onOpenChange={(open, details) => {
        if (!open) rest.onClose(details.reason === "escape-key" ? "escape" : "close");
      }}
      onOpenChangeComplete={(open) => {
        if (!open) rest.onClosed?.();
      }}
    >
      <BaseDialog.Portal>
        <BaseDialog.Backdrop className="fixed inset-0 z-30 bg-scrim transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <BaseDialog.Viewport className="fixed inset-0 z-40 grid place-items-center overflow-auto p-4">
          <BaseDialog.Popup
            data-modal
            {...(isAlert ? { role: "alertdialog" } : {})}
            {...(initialFocus ? { initialFocus } : {})}
            className="relative w-full max-w-lg rounded-xl border border-line bg-raised shadow-raised transition duration-150 data-ending-style:scale-98 data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0"
          >
            <header className="px-5 pt-4 pr-14">
              <BaseDialog.Title className="text-base leading-6 font-semibold text-balance break-words">
                {title}
              </BaseDialog.Title>
              {description && (
                <BaseDialog.Description className="mt-1.5 text-muted">{description}</BaseDialog.Description>
              )}
            </header>
            {rest.children}
            <BaseDialog.Close
              aria-label={t("common.close")}
              className="absolute top-3 right-3 inline-flex size-8 items-center justify-center rounded-md text-muted transition-colors hover:bg-hover hover:text-ink"
            >
              <X aria-hidden className="size-4" />
            </BaseDialog.Close>
          </BaseDialog.Popup>
        </BaseDialog.Viewport>
      </BaseDialog.Portal>
    </BaseDialog.Root>
  );
}

/** The buttons at the foot of a dialog, the main one last. */
export function DialogActions({ children }: { readonly children: ReactNode }) {
  return (
    <footer className="mt-5 flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3">
      {children}
    </footer>
  );
}
