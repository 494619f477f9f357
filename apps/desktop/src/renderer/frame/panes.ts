const FOCUSABLE = 'a[href], button:not([disabled]), input:not([disabled]), [tabindex]:not([tabindex="-1"])';

const isTabbable = (element: HTMLElement) => element.tabIndex >= 0 && element.checkVisibility();

/** Moves the focus to the next or the previous pane that has something to focus, round and round. */
export function focusNextPane(step: 1 | -1): void {
  const panes = [...document.querySelectorAll<HTMLElement>("[data-pane]")].flatMap((pane) => {
    const target = [...pane.querySelectorAll<HTMLElement>(FOCUSABLE)].find(isTabbable);
    return target ? [{ pane, target }] : [];
  });
  const at = panes.findIndex(({ pane }) => pane.contains(document.activeElement));
  const next = at === -1 ? 0 : (at + step + panes.length) % panes.length;
  panes[next]?.target.focus();
}
