import { Button as BaseButton } from "@base-ui/react/button";
import type { ComponentPropsWithRef } from "react";

const looks = {
  primary: "bg-accent text-white border-transparent hover:bg-accent-hover",
  secondary: "bg-raised text-ink border-field/60 hover:bg-hover",
  quiet: "bg-transparent text-ink border-transparent hover:bg-hover",
  danger: "bg-danger-solid text-white border-transparent hover:bg-danger-solid-hover",
} as const;

export interface ButtonProps extends Omit<ComponentPropsWithRef<"button">, "disabled"> {
  readonly look?: keyof typeof looks;
  readonly isSmall?: boolean;
  /** The action runs: it cannot be started again, and the button keeps the focus. */
  readonly isBusy?: boolean;
}

export function Button({
  look = "secondary",
  isSmall = false,
  isBusy = false,
  className = "",
  type = "button",
  ...rest
}: ButtonProps) {
  const size = isSmall ? "min-h-7 px-2.5 py-0.5 text-[0.8125rem]" : "min-h-8 px-3 py-1";
  return (
    <BaseButton
      type={type}
      disabled={isBusy}
      focusableWhenDisabled
      aria-busy={isBusy || undefined}
      className={`inline-flex items-center justify-center gap-1.5 rounded-md border text-center font-medium transition-colors data-disabled:opacity-60 ${size} ${looks[look]} ${className}`}
      {...rest}
    />
  );
}
