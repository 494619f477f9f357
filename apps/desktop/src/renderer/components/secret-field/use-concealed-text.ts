import {
  type ClipboardEvent,
  type SyntheticEvent,
  useCallback,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { byteLengthOf, notesOf, type ValueNote } from "./value-notes.ts";

const hasLineBreak = (text: string) => /[\r\n]/.test(text);

interface View {
  readonly bytes: number;
  readonly notes: readonly ValueNote[];
  readonly hasLines: boolean;
  readonly isShown: boolean;
}
const emptyView: View = { bytes: 0, notes: [], hasLines: false, isShown: false };

export type ConcealedText = ReturnType<typeof useConcealedText>;

/**
 * The state of a control that holds a secret value. React keeps what is *about* the value (its size, its notes);
 * the value stays in the uncontrolled element, so it is in no attribute and in no snapshot of the state.
 */
export function useConcealedText(onEdit?: () => void, prefix?: string) {
  const [view, setView] = useState(emptyView);
  const element = useRef<HTMLInputElement | HTMLTextAreaElement>(null);
  // Carries the value over one render, while the one-line control gives way to the one of several lines.
  const carried = useRef<{ value: string; caret: number; hasFocus: boolean } | undefined>(undefined);

  const attach = useCallback((node: HTMLInputElement | HTMLTextAreaElement | null) => {
    element.current = node;
  }, []);
  const read = useCallback(() => carried.current?.value ?? element.current?.value ?? "", []);
  const focus = useCallback(() => element.current?.focus(), []);

  const write = useCallback(
    (value: string, caret = value.length) => {
      const hasFocus = element.current === document.activeElement;
      carried.current = { value, caret, hasFocus };
      if (element.current) element.current.value = "";
      const about = {
        bytes: byteLengthOf(value),
        notes: notesOf(value, prefix),
        hasLines: hasLineBreak(value),
      };
      setView(({ isShown }) => ({ ...about, isShown: isShown && value !== "" }));
    },
    [prefix],
  );

  useLayoutEffect(() => {
    const control = element.current;
    if (!carried.current || !control) return;
    const { value, caret, hasFocus } = carried.current;
    carried.current = undefined;
    control.value = value;
    control.setSelectionRange(caret, caret);
    if (hasFocus) control.focus();
  });

  const onInput = useCallback(() => {
    const value = read();
    if (value === "") write("");
    else setView((former) => ({ ...former, bytes: byteLengthOf(value), notes: notesOf(value, prefix) }));
    onEdit?.();
  }, [read, write, onEdit, prefix]);

  const onPaste = useCallback(
    (event: ClipboardEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      const pasted = event.clipboardData.getData("text/plain");
      const control = event.currentTarget;
      // An input of one line would drop the line breaks of, for example, a PEM key.
      if (control.tagName !== "INPUT" || control.readOnly || !hasLineBreak(pasted)) return;
      event.preventDefault();
      const start = control.selectionStart ?? control.value.length;
      const end = control.selectionEnd ?? start;
      const before = control.value.slice(0, start) + pasted.replace(/\r\n?/g, "\n");
      write(before + control.value.slice(end), before.length);
    },
    [write],
  );

  const toggleShown = useCallback(() => setView((former) => ({ ...former, isShown: !former.isShown })), []);
  useEffect(() => {
    const hide = () => setView((former) => (former.isShown ? { ...former, isShown: false } : former));
    window.addEventListener("blur", hide);
    return () => window.removeEventListener("blur", hide);
  }, []);

  const edit = (value: string) => {
    write(value);
    onEdit?.();
  };
  // A password input does not let its text be copied or dragged out; several masked lines shall not either.
  const keepInside = (event: SyntheticEvent) => {
    if (!view.isShown) event.preventDefault();
  };
  const controlProps = { onInput, onPaste, onCopy: keepInside, onCut: keepInside, onDragStart: keepInside };
  return { ...view, attach, read, write, edit, focus, toggleShown, controlProps };
}
