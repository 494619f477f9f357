import { type ComponentPropsWithRef, useId } from "react";
import { controlLook, Field, fieldIds } from "./field.tsx";
import { submitOnCommandEnter } from "./submit-key.ts";

export interface TextFieldProps extends Omit<ComponentPropsWithRef<"input">, "id"> {
  readonly label: string;
  readonly help?: string;
  readonly error?: string | undefined;
}

/** One line of plain text, for names: nothing is corrected or completed. */
export function TextField({ label, help, error, className = "", ...rest }: TextFieldProps) {
  const id = useId();
  return (
    <Field id={id} label={label} help={help} error={error}>
      <input
        id={id}
        type="text"
        onKeyDown={submitOnCommandEnter}
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        className={`${controlLook} font-mono text-[0.8125rem] ${className}`}
        {...fieldIds(id, { help: Boolean(help), error: Boolean(error) })}
        {...rest}
      />
    </Field>
  );
}
