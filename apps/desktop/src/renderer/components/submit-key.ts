import type { KeyboardEvent } from "react";

/** Ctrl/Cmd+Enter sends the form from every field, also from one of several lines. */
export function submitOnCommandEnter(
  event: KeyboardEvent<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>,
): void {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  event.currentTarget.form?.requestSubmit();
}
