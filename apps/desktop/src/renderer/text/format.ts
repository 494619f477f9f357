const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const relativeUnits = [
  ["year", 365 * DAY],
  ["month", 30 * DAY],
  ["day", DAY],
  ["hour", HOUR],
  ["minute", MINUTE],
] as const;

/** Intl objects are slow to build, and a list of rows asks for the same few. */
function perLocale<T>(build: (locale: string) => T): (locale: string) => T {
  const built = new Map<string, T>();
  return (locale) => {
    const known = built.get(locale) ?? build(locale);
    built.set(locale, known);
    return known;
  };
}

const exactFormat = perLocale(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "medium" }),
);
const momentFormat = perLocale(
  (locale) =>
    new Intl.DateTimeFormat(locale, {
      month: "short",
      day: "numeric",
      hour: "numeric",
      minute: "2-digit",
      second: "2-digit",
    }),
);
const dayFormat = perLocale((locale) => new Intl.DateTimeFormat(locale, { dateStyle: "medium" }));
const relativeFormat = perLocale((locale) => new Intl.RelativeTimeFormat(locale, { numeric: "auto" }));
const numberFormat = perLocale((locale) => new Intl.NumberFormat(locale));

const unitFormat = (unit: string) =>
  perLocale((locale) => new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" }));
const millisecondFormat = unitFormat("millisecond");
const spanUnits = [
  { ms: DAY, wrap: Number.POSITIVE_INFINITY, format: unitFormat("day") },
  { ms: HOUR, wrap: 24, format: unitFormat("hour") },
  { ms: MINUTE, wrap: 60, format: unitFormat("minute") },
  { ms: SECOND, wrap: 60, format: unitFormat("second") },
];

/** Date and time in full, for tooltips and details. */
export function formatExact(timestamp: string, locale: string): string {
  return exactFormat(locale).format(new Date(timestamp));
}

/** Day and time without the year, short enough for a column. */
export function formatMoment(timestamp: string, locale: string): string {
  return momentFormat(locale).format(new Date(timestamp));
}

/** The day alone. */
export function formatDay(timestamp: string, locale: string): string {
  return dayFormat(locale).format(new Date(timestamp));
}

/** `5 minutes ago`, or undefined within the last minute. **Units** `now` in epoch milliseconds. */
export function formatRelative(timestamp: string, now: number, locale: string): string | undefined {
  const passedMs = now - Date.parse(timestamp);
  const unit = relativeUnits.find(([, ms]) => Math.abs(passedMs) >= ms);
  return unit && relativeFormat(locale).format(-Math.trunc(passedMs / unit[1]), unit[0]);
}

/** The two largest units of a span: `2 hr 5 min`, `12 sec`. A negative span counts as none. */
export function formatDuration(ms: number, locale: string): string {
  const parts = spanUnits.map((unit) => ({
    ...unit,
    amount: Math.floor(Math.max(0, ms) / unit.ms) % unit.wrap,
  }));
  const first = parts.findIndex(({ amount }) => amount > 0);
  const shown = first === -1 ? parts.slice(-1) : parts.slice(first, first + 2);
  return shown
    .filter(({ amount }, index) => index === 0 || amount > 0)
    .map(({ amount, format }) => format(locale).format(amount))
    .join(" ");
}

/** `43 ms`. */
export function formatMilliseconds(value: number, locale: string): string {
  return millisecondFormat(locale).format(value);
}

export function formatNumber(value: number, locale: string): string {
  return numberFormat(locale).format(value);
}

/** A foreign name inside one of our sentences: it cannot turn the words around it. */
export function isolate(name: string): string {
  return `\u2068${name}\u2069`;
}
