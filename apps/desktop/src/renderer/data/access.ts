import { queryOptions } from "@tanstack/react-query";
import { bridge } from "./bridge.ts";

/** The decisions in force, newest first, and how many questions wait. */
export const consentQuery = queryOptions({
  queryKey: ["consent", "list"],
  queryFn: () => bridge.consent.list(),
});

/** The extensions as they are now. */
export const extensionsQuery = queryOptions({
  queryKey: ["extensions", "list"],
  queryFn: async () => (await bridge.extensions.list()).extensions,
});
