import { useFormat } from "../text/use-format.ts";

/** How long ago, with the exact time in a tooltip. **Units** `now` in epoch milliseconds. */
export function RelativeTime({ at, now }: { readonly at: string; readonly now: number }) {
  const format = useFormat();
  return (
    <time dateTime={at} title={format.exact(at)} className="relative">
      {format.relative(at, now)}
    </time>
  );
}
