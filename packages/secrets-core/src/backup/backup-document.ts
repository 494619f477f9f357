import { EnvName, SecretKey, Timestamp } from "@latchkey/api-contracts/ids";
import { SecretSource } from "@latchkey/api-contracts/secrets";
import { SecretValue } from "@latchkey/api-contracts/text";
import * as z from "zod";

/** One secret in a backup. Where it was kept is not in it: a restored secret goes where the new store keeps them. */
const BackupSecret = z.strictObject({
  key: SecretKey,
  /** The variable of an `install.` key. */
  envName: EnvName.optional(),
  /** The further variables. */
  aliases: z.array(EnvName).optional(),
  value: SecretValue,
  source: SecretSource,
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type BackupSecret = z.infer<typeof BackupSecret>;

/** What is inside the age file, as JSON. */
export const BackupDocument = z.strictObject({
  format: z.literal("latchkey-backup"),
  version: z.literal(1),
  /** The host app whose LLM configs have keys that begin with it. */
  appId: z.string(),
  createdAt: Timestamp,
  secrets: z.array(BackupSecret),
});
export type BackupDocument = z.infer<typeof BackupDocument>;
