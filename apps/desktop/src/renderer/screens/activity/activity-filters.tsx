import { AuditActorKind, AuditOutcome } from "@latchkey/api-contracts/audit";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { FilterChoice } from "../../components/filter-choice.tsx";
import { filterLook, SearchField } from "../../components/search-field.tsx";
import { connectionsQuery } from "../../data/connections.ts";
import { type ActivitySearch, areas, parseActivitySearch } from "./activity-search.ts";

/** Long enough for the next letter, short enough to feel at once. */
const TYPING_MS = 150;

export interface ActivityFiltersProps {
  readonly search: ActivitySearch;
  readonly onChange: (search: ActivitySearch) => void;
}

/** What the list is narrowed to. All of it stands in the address of the screen. */
export function ActivityFilters({ search, onChange }: ActivityFiltersProps) {
  const { t } = useTranslation();
  const set = (part: Partial<Record<keyof ActivitySearch, string>>) =>
    onChange(parseActivitySearch({ ...search, ...part }));
  return (
    <div className="flex flex-wrap items-center gap-2">
      <TextFilter text={search.q ?? ""} onChange={(q) => set({ q })} />
      <div className="flex flex-wrap items-center gap-2">
        <DayField label={t("activity.filter.from")} value={search.from} onChange={(from) => set({ from })} />
        <DayField label={t("activity.filter.to")} value={search.to} onChange={(to) => set({ to })} />
      </div>
      <div className="flex basis-full flex-wrap gap-2">
        <FilterChoice
          label={t("activity.filter.actor")}
          value={search.actor}
          options={AuditActorKind.options.map((kind) => [kind, t(`activity.actor.${kind}`)])}
          onChange={(actor) => set({ actor })}
        />
        <FilterChoice
          label={t("activity.filter.area")}
          value={search.area}
          options={areas.map((area) => [area, t(`activity.area.${area}`)])}
          onChange={(area) => set({ area })}
        />
        <FilterChoice
          label={t("activity.filter.outcome")}
          value={search.outcome}
          options={AuditOutcome.options.map((outcome) => [outcome, t(`activity.outcome.${outcome}`)])}
          onChange={(outcome) => set({ outcome })}
        />
        <ConnectionChoice search={search} onChange={(connection) => set({ connection })} />
        {Object.keys(search).length > 0 && (
          <Button look="quiet" onClick={() => onChange({})}>
            {t("activity.filter.clear")}
          </Button>
        )}
      </div>
    </div>
  );
}

/** The connections there are, and the one that is looked for, which may be gone. */
function ConnectionChoice({
  search,
  onChange,
}: {
  readonly search: ActivitySearch;
  readonly onChange: (id: string) => void;
}) {
  const { t } = useTranslation();
  const { data } = useQuery(connectionsQuery);
  const known = data?.connections.map(({ id, displayName }) => [id, displayName] as const) ?? [];
  const isGone = search.connection !== undefined && !known.some(([id]) => id === search.connection);
  const options = isGone ? [...known, [search.connection ?? "", t("access.connectionGone")] as const] : known;
  if (options.length === 0) return null;
  return (
    <FilterChoice
      label={t("activity.filter.connection")}
      value={search.connection}
      options={options}
      onChange={onChange}
    />
  );
}

/** The address follows when the person stops typing. */
function TextFilter({
  text,
  onChange,
}: {
  readonly text: string;
  readonly onChange: (text: string) => void;
}) {
  const { t } = useTranslation();
  const [typed, setTyped] = useState(text);
  const [known, setKnown] = useState(text);
  if (known !== text) {
    setKnown(text);
    setTyped(text);
  }
  useEffect(() => {
    if (typed === text) return undefined;
    const timer = setTimeout(() => onChange(typed), TYPING_MS);
    return () => clearTimeout(timer);
  });
  return (
    <SearchField
      label={t("activity.filter.text")}
      placeholder={t("activity.filter.textPlaceholder")}
      value={typed}
      onChange={(value) => setTyped(value.slice(0, 200))}
    />
  );
}

function DayField(props: {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (value: string) => void;
}) {
  const { label, value = "", onChange } = props;
  const id = useId();
  return (
    <div className="flex items-center gap-1.5">
      <label htmlFor={id} className="text-muted">
        {label}
      </label>
      <input
        id={id}
        type="date"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={filterLook}
      />
    </div>
  );
}
