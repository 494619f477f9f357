import { useInfiniteQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { activityQuery } from "../../data/activity.ts";
import { type ActivitySearch, filterOf } from "./activity-search.ts";
import { groupRepeats } from "./group-repeats.ts";

/** The rows that pass the search, as far as they are loaded, and the way to load more. */
export function useRows(search: ActivitySearch) {
  const query = useInfiniteQuery(activityQuery(filterOf(search)));
  const { data } = query;
  const rows = useMemo(() => data && groupRepeats(data.pages.flatMap(({ entries }) => entries)), [data]);
  return { ...query, rows };
}
