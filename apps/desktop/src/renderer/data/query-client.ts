import { QueryClient } from "@tanstack/react-query";

/**
 * The cache of what the main process answered. Events keep it fresh, so nothing is fetched again by time or focus.
 * No mutation of it ever carries a secret: its variables would stay in it.
 */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: "always",
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: Number.POSITIVE_INFINITY,
      retry: false,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
    },
    // Nothing here needs a network, and a mutation would wait for one.
    mutations: { networkMode: "always" },
  },
});
