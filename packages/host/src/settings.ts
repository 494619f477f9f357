import { join } from "node:path";
import { openJsonDocument, withStoreLock } from "@latchkey/secrets-core";
import * as z from "zod";

/** What a person set, in `settings.json` of the config folder. Settings of a later version stay in the file. */
const Settings = z.looseObject({
  version: z.literal(1),
  /** What can be turned off as a whole. */
  features: z.looseObject({ connections: z.boolean().default(true) }).default({ connections: true }),
  /**
   * What happens to a step that the activity log cannot take: `refuse`, it does not happen; `allow`, it does, the person
   * is told, and the log tells the number of such steps once it works again.
   */
  activityLog: z
    .looseObject({ onFailure: z.enum(["refuse", "allow"]).default("refuse") })
    .default({ onFailure: "refuse" }),
  /** The folder of the workspace that was open last. */
  workspace: z.string().nullable().default(null),
});
export type Settings = z.infer<typeof Settings>;

/** The settings on disk. */
export interface SettingsFile {
  /** @throws `files.corrupt`, `files.unsafe`, `files.failed` */
  read(): Promise<Settings>;
  /** @throws as `read`, `secrets.busy` */
  update(change: Partial<Pick<Settings, "workspace">>): Promise<void>;
}

export function openSettings(folder: string): SettingsFile {
  const file = openJsonDocument<Settings>({
    path: join(folder, "settings.json"),
    parse: (json) => Settings.safeParse(json).data,
    empty: Settings.parse({ version: 1 }),
    isIndented: true,
  });
  return {
    read: () => file.read(),
    update: (change) =>
      withStoreLock(folder, async () => file.write({ ...(await file.read()), ...change }), "settings"),
  };
}
