import { useTranslation } from "react-i18next";
import { filterLook } from "./search-field.tsx";

export interface FilterChoiceProps {
  readonly label: string;
  /** Empty or undefined while everything passes. */
  readonly value: string | undefined;
  readonly options: readonly (readonly [value: string, name: string])[];
  readonly onChange: (value: string) => void;
}

/** One filter of a list. What is chosen is shown with the name of the filter, which has no other label. */
export function FilterChoice({ label, value = "", options, onChange }: FilterChoiceProps) {
  const { t } = useTranslation();
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={`field-sizing-content max-w-60 text-ellipsis ${filterLook}`}
    >
      <option value="">{`${label}: ${t("common.all")}`}</option>
      {options.map(([option, name]) => (
        <option key={option} value={option}>
          {option === value ? `${label}: ${name}` : name}
        </option>
      ))}
    </select>
  );
}
