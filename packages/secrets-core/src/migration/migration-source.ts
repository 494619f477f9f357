import type { Reading } from "../secret-backend.ts";

/** One value that a source has, without the value. */
export type SourceItem = Readonly<{
  /** What a person knows it by in its old place: a variable, or service and account. Unique in its source. */
  name: string;
  /** The key that is suggested for it. */
  key: string;
  /** The variable of an `install.` key. */
  envName?: string | undefined;
}>;

/** An old place of secrets. */
export interface MigrationSource {
  /** What is there, by names alone. @throws AppError when the place cannot be reached */
  list(): Promise<readonly SourceItem[]>;

  /** The values, in the order asked. Never rejects: what fails is `unreadable` with its error. */
  read(items: readonly SourceItem[]): Promise<readonly Reading[]>;

  /** Takes the values out of the old place. @throws AppError when that could not be done; they are there still */
  finish(items: readonly SourceItem[]): Promise<void>;
}
