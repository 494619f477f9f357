import { MAX_SECRET_BYTES } from "@latchkey/api-contracts/text";
import { X } from "lucide-react";
import { type Ref, useId, useImperativeHandle } from "react";
import { useTranslation } from "react-i18next";
import { useFormat } from "../../text/use-format.ts";
import { Button } from "../button.tsx";
import { controlLook, Field, fieldIds } from "../field.tsx";
import { IconButton } from "../icon-button.tsx";
import { submitOnCommandEnter } from "../submit-key.ts";
import { type ConcealedText, useConcealedText } from "./use-concealed-text.ts";
import { fixed, isFixable } from "./value-notes.ts";

/** The only way to a typed value. It is in the control alone: in no state, no cache, no attribute. */
export interface SecretInputHandle {
  read(): string;
  /** Empties the control; also puts a value back after a failed step, so that nothing is typed twice. */
  write(value: string): void;
  focus(): void;
}

export interface SecretInputProps {
  readonly label: string;
  readonly help?: string;
  readonly error?: string | undefined;
  readonly isSending?: boolean;
  /** How such values usually begin. */
  readonly prefix?: string | undefined;
  /** The person changed the value. */
  readonly onEdit?: () => void;
  readonly ref: Ref<SecretInputHandle>;
}

/** Takes a secret value: masked, with notes on what looks odd. A paste of several lines keeps them. */
export function SecretInput({
  label,
  help,
  error,
  isSending = false,
  prefix,
  onEdit,
  ref,
}: SecretInputProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const id = useId();
  const text = useConcealedText(onEdit, prefix);
  const { read, write, focus } = text;
  useImperativeHandle(ref, () => ({ read, write, focus }), [read, write, focus]);

  const isEmpty = text.bytes === 0;
  const describedBy = [fieldIds(id, { help: Boolean(help), error: Boolean(error) })["aria-describedby"]];
  if (text.notes.length > 0) describedBy.unshift(`${id}-notes`);
  return (
    <Field id={id} label={label} help={help} error={error}>
      <div className="flex items-start gap-2">
        <div className="relative min-w-0 flex-1">
          <Control
            id={id}
            text={text}
            isSending={isSending}
            isInvalid={Boolean(error) || text.notes.includes("too-long")}
            describedBy={describedBy.filter(Boolean).join(" ")}
          />
          {!isEmpty && (
            <IconButton
              label={t("common.clear")}
              className="absolute top-0.5 right-0.5"
              onClick={() => {
                text.edit("");
                focus();
              }}
            >
              <X aria-hidden className="size-4" />
            </IconButton>
          )}
        </div>
        <Button className="min-h-9" aria-pressed={text.isShown} isBusy={isEmpty} onClick={text.toggleShown}>
          {text.isShown ? t("common.hide") : t("common.show")}
        </Button>
      </div>
      <ul
        id={`${id}-notes`}
        aria-label={t("secretField.notes")}
        aria-live="polite"
        className="text-[0.8125rem] empty:-mt-1.5"
      >
        {text.notes.map((note) => (
          <li key={note} className="flex flex-wrap items-center gap-x-2 text-warn">
            <span>
              {t(`secretField.note.${note}`, {
                bytes: format.number(text.bytes),
                max: format.number(MAX_SECRET_BYTES),
                prefix: prefix ?? "",
              })}
            </span>
            {isFixable(note) && (
              <button
                type="button"
                className="min-h-6 rounded font-medium text-accent-ink underline-offset-2 hover:underline"
                onClick={() => {
                  text.edit(fixed(read(), note));
                  focus();
                }}
              >
                {t(`secretField.fix.${note}`)}
              </button>
            )}
          </li>
        ))}
      </ul>
    </Field>
  );
}

interface ControlProps {
  readonly id: string;
  readonly text: ConcealedText;
  readonly isSending: boolean;
  readonly isInvalid: boolean;
  readonly describedBy: string;
}

function Control({ id, text, isSending, isInvalid, describedBy }: ControlProps) {
  const { t } = useTranslation();
  const { attach, controlProps } = text;
  const shared = {
    id,
    ...controlProps,
    readOnly: isSending,
    onKeyDown: submitOnCommandEnter,
    placeholder: isSending ? t("common.saving") : "",
    autoComplete: "off",
    autoCapitalize: "off",
    autoCorrect: "off",
    spellCheck: false,
    "aria-invalid": isInvalid || undefined,
    "aria-describedby": describedBy || undefined,
  } as const;
  const look = `${controlLook} pr-9 font-mono text-[0.8125rem]`;
  if (!text.hasLines) {
    return <input {...shared} ref={attach} type={text.isShown ? "text" : "password"} className={look} />;
  }
  const mask = text.isShown ? "" : "masked-lines";
  return <textarea {...shared} ref={attach} rows={5} className={`${look} ${mask} block resize-y`} />;
}
