/** How a list of such rows looks. */
export const rowsLook = "@container divide-y divide-line rounded-xl border border-line";

/** How a row looks: who, what, and its buttons, in columns that agree; one below the other where it is narrow. */
export const rowLook =
  "grid items-start gap-x-6 gap-y-3 px-4 py-3 @min-[48rem]:grid-cols-[14rem_minmax(0,1fr)_auto]";
