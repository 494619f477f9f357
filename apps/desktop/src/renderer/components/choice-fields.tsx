import { type ComponentPropsWithRef, useId } from "react";
import { controlLook, Field, FieldNotes, fieldIds } from "./field.tsx";
import { submitOnCommandEnter } from "./submit-key.ts";

interface Labelled {
  readonly label: string;
  readonly help?: string | undefined;
  readonly error?: string | undefined;
}

export interface SelectFieldProps extends Omit<ComponentPropsWithRef<"select">, "id">, Labelled {
  readonly options: readonly (readonly [value: string, text: string])[];
}

/** One of several values. */
export function SelectField({ label, help, error, options, ...rest }: SelectFieldProps) {
  const id = useId();
  return (
    <Field id={id} label={label} help={help} error={error}>
      <select
        id={id}
        onKeyDown={submitOnCommandEnter}
        className={controlLook}
        {...fieldIds(id, { help: Boolean(help), error: Boolean(error) })}
        {...rest}
      >
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  );
}

export interface LinesFieldProps extends Omit<ComponentPropsWithRef<"textarea">, "id">, Labelled {}

/** Plain text of several lines: nothing is corrected or completed. */
export function LinesField({ label, help, error, ...rest }: LinesFieldProps) {
  const id = useId();
  return (
    <Field id={id} label={label} help={help} error={error}>
      <textarea
        id={id}
        rows={3}
        onKeyDown={submitOnCommandEnter}
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        className={`${controlLook} block resize-y font-mono text-[0.8125rem]`}
        {...fieldIds(id, { help: Boolean(help), error: Boolean(error) })}
        {...rest}
      />
    </Field>
  );
}

export interface TickFieldProps extends Omit<ComponentPropsWithRef<"input">, "id" | "type">, Labelled {
  readonly type?: "checkbox" | "radio";
}

/** A box to tick, or one of several to choose, with its words beside it. */
export function TickField({ label, help, error, type = "checkbox", ...rest }: TickFieldProps) {
  const id = useId();
  return (
    <div className="flex items-start gap-2.5">
      <input
        id={id}
        type={type}
        className="mt-0.5 size-6 shrink-0 accent-accent"
        {...fieldIds(id, { help: Boolean(help), error: Boolean(error) })}
        {...rest}
      />
      <div className="min-w-0 pt-0.5">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        <FieldNotes id={id} help={help} error={error} />
      </div>
    </div>
  );
}
