import { Tooltip } from "@base-ui/react/tooltip";
import type { ComponentProps, ReactElement } from "react";

/** A tooltip on hover and on keyboard focus. It repeats a name, so it is not announced again. */
export function Hint({
  text,
  side = "top",
  isOff = false,
  children,
}: {
  readonly text: string;
  readonly side?: "top" | "right";
  readonly isOff?: boolean;
  readonly children: ReactElement;
}) {
  return (
    <Tooltip.Root disabled={isOff}>
      <Tooltip.Trigger render={children} />
      <HintPopup side={side}>{text}</HintPopup>
    </Tooltip.Root>
  );
}

/** What a tooltip looks like. */
export function HintPopup({
  side,
  anchor,
  ...popup
}: Pick<Tooltip.Positioner.Props, "side" | "anchor"> &
  Omit<ComponentProps<typeof Tooltip.Popup>, "className">) {
  return (
    <Tooltip.Portal>
      <Tooltip.Positioner side={side} sideOffset={6} className="z-50" {...(anchor && { anchor })}>
        <Tooltip.Popup
          className="max-w-72 rounded-md border border-transparent bg-ink px-2 py-1 text-xs text-canvas shadow-raised"
          {...popup}
        />
      </Tooltip.Positioner>
    </Tooltip.Portal>
  );
}
