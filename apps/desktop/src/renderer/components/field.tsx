import type { ReactNode } from "react";

/** The ids that tie a field to its help and its error. */
export function fieldIds(id: string, has: { readonly help?: boolean; readonly error?: boolean }) {
  const describedBy = [has.error && `${id}-error`, has.help && `${id}-help`].filter(Boolean).join(" ");
  return { "aria-describedby": describedBy || undefined, "aria-invalid": has.error || undefined };
}

export interface FieldProps {
  readonly id: string;
  readonly label: string;
  readonly help?: ReactNode;
  readonly error?: string | undefined;
  readonly children: ReactNode;
}

/** A label above a control, its help always visible below, and its error. */
export function Field({ id, label, help, error, children }: FieldProps) {
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      {children}
      <FieldNotes id={id} help={help} error={error} />
    </div>
  );
}

/** The error and the help of a field, under the ids that `fieldIds` names. */
export function FieldNotes({ id, help, error }: Pick<FieldProps, "id" | "help" | "error">) {
  return (
    <>
      {error && (
        <p id={`${id}-error`} className="text-[0.8125rem] text-danger">
          {error}
        </p>
      )}
      {help && (
        <p id={`${id}-help`} className="text-[0.8125rem] text-muted">
          {help}
        </p>
      )}
    </>
  );
}

/** How every text control looks. */
export const controlLook =
  "w-full min-h-9 rounded-md border border-field bg-canvas px-2.5 py-1.5 focus-visible:outline-offset-0 aria-invalid:border-danger disabled:opacity-60";
