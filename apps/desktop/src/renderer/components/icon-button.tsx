import type { ComponentPropsWithRef, ReactNode } from "react";
import { Hint } from "./hint.tsx";

export interface IconButtonProps extends ComponentPropsWithRef<"button"> {
  /** Its accessible name. */
  readonly label: string;
  /** The tooltip, where it may be shorter than the name. */
  readonly hint?: string;
  readonly children: ReactNode;
}

/** A button that shows an icon; its name is in a tooltip and in the accessibility tree. */
export function IconButton({ label, hint = label, className = "", ...rest }: IconButtonProps) {
  return (
    <Hint text={hint}>
      <button
        type="button"
        aria-label={label}
        className={`inline-flex size-8 items-center justify-center rounded-md text-muted transition-colors hover:bg-selected hover:text-ink ${className}`}
        {...rest}
      />
    </Hint>
  );
}
