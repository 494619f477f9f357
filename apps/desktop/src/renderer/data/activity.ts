import type { AuditFilter, AuditListing } from "@latchkey/api-contracts/audit";
import type { ConnectionId } from "@latchkey/api-contracts/ids";
import { type InfiniteData, infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { bridge } from "./bridge.ts";
import { queryClient } from "./query-client.ts";

type Page = Readonly<{ entries: readonly AuditListing[]; next: string | null }>;
type PageParam = Readonly<{ before: string; limit: number }> | null;
type Pages = InfiniteData<Page, PageParam>;

const PAGE_LENGTH = 100;
/** Who goes on reading is given more at a time, so that the oldest entries are few steps away. */
const LONGEST_PAGE_LENGTH = 500;
const RECENT_LENGTH = 5;
const listKey = ["audit", "list"] as const;
const recentKey = ["audit", "recent"] as const;

/** The entries that pass a filter, newest first, page by page. */
export const activityQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: [...listKey, filter],
    queryFn: ({ pageParam }): Promise<Page> =>
      bridge.audit.list({ filter, limit: PAGE_LENGTH, ...pageParam }),
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the type of all others
    initialPageParam: null as PageParam,
    getNextPageParam: ({ next }, pages): PageParam =>
      next === null
        ? null
        : { before: next, limit: Math.min(PAGE_LENGTH * pages.length, LONGEST_PAGE_LENGTH) },
    // Pages do not change, and comparing all of them each time would take longer with each.
    structuralSharing: false,
  });

/** The last few entries of one connection, newest first. */
export const recentActivityQuery = (connectionId: ConnectionId) =>
  queryOptions({
    queryKey: [...recentKey, connectionId],
    queryFn: async () =>
      (await bridge.audit.list({ filter: { connectionId }, limit: RECENT_LENGTH })).entries,
  });

/** What the last check of the whole log found. It is checked again when the person asks. */
export const verificationQuery = queryOptions({
  queryKey: ["audit", "verify"],
  queryFn: () => bridge.audit.verify(),
});

/** Whether steps go on without a record. */
export const activityStatusQuery = queryOptions({
  queryKey: ["audit", "status"],
  queryFn: () => bridge.audit.status(),
});

let isTaking = false;
let isAskedAgain = false;

/** Puts new entries on top of the lists that are shown; the others are forgotten. One look at a time. */
export function takeNewActivity(): void {
  if (isTaking) {
    isAskedAgain = true;
    return;
  }
  isTaking = true;
  void takeNew().finally(() => {
    isTaking = false;
    if (isAskedAgain) {
      isAskedAgain = false;
      takeNewActivity();
    }
  });
}

async function takeNew(): Promise<void> {
  queryClient.removeQueries({ queryKey: listKey, type: "inactive" });
  void queryClient.invalidateQueries({ queryKey: recentKey });
  const shown = queryClient.getQueryCache().findAll({ queryKey: listKey, type: "active" });
  for (const { queryKey } of shown) {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the key is made by activityQuery alone
    const { filter, key } = { filter: queryKey[2] as AuditFilter, key: queryKey };
    const known = queryClient.getQueryData<Pages>(key);
    const newest = known?.pages[0]?.entries[0];
    if (!known || !newest) {
      await queryClient.resetQueries({ queryKey: key });
      continue;
    }
    const fresh = await bridge.audit
      .list({ filter, after: newest.at, limit: PAGE_LENGTH })
      .catch(() => undefined);
    if (!fresh || fresh.entries.length === 0) continue;
    if (fresh.next !== null) await queryClient.resetQueries({ queryKey: key });
    else queryClient.setQueryData<Pages>(key, (data) => onTop(data, fresh.entries));
  }
}

function onTop(data: Pages | undefined, fresh: readonly AuditListing[]): Pages | undefined {
  const [first, ...others] = data?.pages ?? [];
  if (!data || !first) return data;
  return { ...data, pages: [{ ...first, entries: [...fresh, ...first.entries] }, ...others] };
}
