/** How the chips of the status bar look. */
export const chipLook =
  "inline-flex min-h-7 max-w-full items-center rounded-md px-2 text-[0.8125rem] transition-colors hover:bg-selected data-popup-open:bg-selected";
