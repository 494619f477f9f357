import { ConnectionScope, ConnectionState } from "@latchkey/api-contracts/connections";
import { useId } from "react";
import { useTranslation } from "react-i18next";
import { SearchField } from "../../components/search-field.tsx";
import type { ConnectionFilter } from "./matching-connections.ts";

const groups = ["llm", "code", "files", "mcp", "web", "mail", "extension"] as const;

export interface ConnectionFiltersProps {
  readonly filter: ConnectionFilter;
  readonly onChange: (filter: ConnectionFilter) => void;
}

/** What the list is narrowed to. */
export function ConnectionFilters({ filter, onChange }: ConnectionFiltersProps) {
  const { t } = useTranslation();
  const set = (part: Partial<ConnectionFilter>) => onChange({ ...filter, ...part });
  return (
    <div className="flex flex-wrap items-end gap-2">
      <SearchField
        label={t("connections.search")}
        placeholder={t("connections.searchPlaceholder")}
        value={filter.query}
        onChange={(query) => set({ query })}
      />
      <Choice
        label={t("connections.filter.group")}
        value={filter.group}
        options={groups.map((group) => [group, t(`connections.group.${group}`)])}
        onChange={(group) => set({ group })}
      />
      <Choice
        label={t("connections.filter.scope")}
        value={filter.scope}
        options={ConnectionScope.options.map((scope) => [scope, t(`connections.scope.${scope}`)])}
        onChange={(scope) => set({ scope })}
      />
      <Choice
        label={t("connections.filter.state")}
        value={filter.state}
        options={ConnectionState.options.map((state) => [state, t(`connections.state.${state}`)])}
        onChange={(state) => set({ state })}
      />
    </div>
  );
}

function Choice({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
}) {
  const { t } = useTranslation();
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-0.5">
      <label htmlFor={id} className="text-[0.8125rem] text-muted">
        {label}
      </label>
      <select
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="min-h-8 min-w-0 rounded-md border border-field/60 bg-canvas px-2 py-1 focus-visible:outline-offset-0"
      >
        <option value="">{t("connections.filter.any")}</option>
        {options.map(([option, text]) => (
          <option key={option} value={option}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
