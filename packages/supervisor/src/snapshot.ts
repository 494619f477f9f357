/** What an env snapshot gives to one server process. */
export type Snapshot = {
  /** The mapped names that have a value. */
  env: Readonly<Record<string, string>>;
  /** All mapped names, also those without a value. */
  names: readonly string[];
};

/** A copy that later changes of the original do not reach. */
export function copySnapshot({ env, names }: Snapshot): Snapshot {
  return { env: { ...env }, names: [...new Set(names)].toSorted() };
}

/** Whether two copies have the same content, in whatever order. */
export function isSameSnapshot(one: Snapshot, other: Snapshot): boolean {
  const names = Object.keys(one.env);
  return (
    names.length === Object.keys(other.env).length &&
    names.every((name) => Object.hasOwn(other.env, name) && one.env[name] === other.env[name]) &&
    one.names.length === other.names.length &&
    one.names.every((name, index) => name === other.names[index])
  );
}
