import type { Area, AreaHandlers } from "@latchkey/api-contracts/area";

/** Handlers for an area whose owner is still being opened: requests wait for it. */
export function deferHandlers<const A extends Area>(
  area: A,
  handlers: Promise<AreaHandlers<A>>,
): AreaHandlers<A> {
  // Whoever asks hears why it failed; until then nobody waits for it.
  handlers.catch(() => undefined);
  const waiting = Object.keys(area.calls).map((verb) => [
    verb,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the request is parsed for the verb it goes to
    async (request: never) => (await handlers)[verb as keyof A["calls"]](request),
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- fromEntries forgets which names there are
  return Object.fromEntries(waiting) as AreaHandlers<A>;
}
