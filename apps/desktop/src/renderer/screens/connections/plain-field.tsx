import type { FieldDefinition } from "@latchkey/api-contracts/providers";
import type { UseFormRegisterReturn } from "react-hook-form";
import { useTranslation } from "react-i18next";
import { LinesField, SelectField, TickField } from "../../components/choice-fields.tsx";
import { TextField } from "../../components/text-field.tsx";

export interface PlainFieldProps {
  readonly field: FieldDefinition;
  readonly error: string | undefined;
  readonly isReadOnly: boolean;
  readonly control: UseFormRegisterReturn;
}

/** A field of a provider's form that is no secret, with the control that its type asks for. */
export function PlainField({ field, error, isReadOnly, control }: PlainFieldProps) {
  const { t } = useTranslation();
  const { type, title, required, placeholder } = field;
  const label = required || type === "boolean" ? title : `${title} (${t("connections.form.optional")})`;
  const lines =
    type === "string-list"
      ? t("connections.form.lines")
      : type === "key-value"
        ? t("connections.form.pairs")
        : "";
  const help = [field.help, field.help ? "" : lines].filter(Boolean).join(" ");
  const shared = { label, help, error, ...control };
  switch (type) {
    case "boolean":
      return <TickField {...shared} disabled={isReadOnly} />;
    case "enum": {
      const options = (field.options ?? []).map(({ value, title }) => [value, title] as const);
      return (
        <SelectField
          {...shared}
          disabled={isReadOnly}
          options={required ? options : [["", "—"], ...options]}
        />
      );
    }
    case "string-list":
    case "key-value":
      return <LinesField {...shared} readOnly={isReadOnly} {...(placeholder && { placeholder })} />;
    default:
      return (
        <TextField
          {...shared}
          readOnly={isReadOnly}
          {...(placeholder && { placeholder })}
          {...(["number", "integer", "port"].includes(type) && { inputMode: "decimal" })}
        />
      );
  }
}
