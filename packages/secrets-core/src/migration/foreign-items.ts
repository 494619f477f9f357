/** An entry that another program keeps in the keychain, without its value. */
export type ForeignItem = Readonly<{ id: string; service: string; account: string }>;

/** The keychain as far as a migration needs it: entries of other programs, listed without their values. */
export type ForeignItems = {
  /** The entries of a service, or all. @throws `secrets.locked`, `secrets.unavailable` */
  list(service?: string): Promise<readonly ForeignItem[]>;
  /** The values by id; entries that are gone or locked are left out. @throws as `list` */
  read(ids: readonly string[]): Promise<ReadonlyMap<string, Uint8Array>>;
  /** @throws as `list` */
  remove(id: string): Promise<void>;
};
