import { ConnectionScope, ConnectionState } from "@latchkey/api-contracts/connections";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { FilterChoice } from "../../components/filter-choice.tsx";
import { SearchField } from "../../components/search-field.tsx";
import type { ConnectionFilter } from "./matching-connections.ts";

const groups = ["llm", "code", "files", "mcp", "web", "mail", "extension"] as const;

export interface ConnectionFiltersProps {
  readonly filter: ConnectionFilter;
  readonly onChange: (filter: ConnectionFilter) => void;
  /** What is found. */
  readonly children: ReactNode;
}

/** What the list is narrowed to. */
export function ConnectionFilters({ filter, onChange, children }: ConnectionFiltersProps) {
  const { t } = useTranslation();
  const set = (part: Partial<ConnectionFilter>) => onChange({ ...filter, ...part });
  return (
    <div className="flex flex-wrap items-center gap-2">
      <SearchField
        label={t("connections.search")}
        placeholder={t("connections.searchPlaceholder")}
        value={filter.query}
        onChange={(query) => set({ query })}
      />
      <FilterChoice
        label={t("connections.filter.group")}
        value={filter.group}
        options={groups.map((group) => [group, t(`connections.group.${group}`)])}
        onChange={(group) => set({ group })}
      />
      <FilterChoice
        label={t("connections.filter.scope")}
        value={filter.scope}
        options={ConnectionScope.options.map((scope) => [scope, t(`connections.scope.${scope}`)])}
        onChange={(scope) => set({ scope })}
      />
      <FilterChoice
        label={t("connections.filter.state")}
        value={filter.state}
        options={ConnectionState.options.map((state) => [state, t(`connections.state.${state}`)])}
        onChange={(state) => set({ state })}
      />
      {children}
    </div>
  );
}
