import { existsSync } from "node:fs";
import { join } from "node:path";
import { readOwn } from "@latchkey/secrets-core/quick-read";
import { deliveringProviders } from "../providers/built-in/delivering-providers.ts";
import { type Delivery, deliveryOf } from "./delivery.ts";

const segment = "[a-z0-9](?:[a-z0-9_-]*[a-z0-9])?";
const keyForm = new RegExp(String.raw`^(?=.{1,200}$)${segment}(?:\.${segment})+$`);
const recordFields = new Set(
  "id,providerId,displayName,slug,createdAt,updatedAt,revision,isDisabled,fields,secrets,references,aliases".split(
    ",",
  ),
);
const idForm = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/;

const nothing: Delivery<string> = { aliases: [], withheld: new Set() };

/**
 * What of the connections' secrets goes to a program, read in a fraction of a millisecond for one that starts often:
 * loads no validator and no definition. `undefined` whenever anything is out of the ordinary (an open workspace, a
 * change under way, a damaged file or record, settings of another form): then `openConnectionStore` must be asked.
 * Damage in what of a record is only shown is not looked for.
 *
 * @param folders where `connections.json` lies, and where `settings.json` does
 */
export function readDeliveryQuickly(folders: { data: string; config: string }): Delivery<string> | undefined {
  try {
    const settings = readJson(join(folders.config, "settings.json")) ?? { version: 1 };
    if (!isObject(settings) || settings["version"] !== 1 || (settings["workspace"] ?? null) !== null)
      return undefined;
    const { features = {} } = settings;
    if (!isObject(features)) return undefined;
    const { connections: isOn = true } = features;
    if (isOn !== true) return isOn === false ? nothing : undefined;
    const path = join(folders.data, "connections.json");
    const document = readJson(path);
    if (document === undefined) return existsSync(`${path}.previous`) ? undefined : nothing;
    if (!isObject(document) || document["version"] !== 1 || document["intent"] !== undefined)
      return undefined;
    const { connections } = document;
    if (!Array.isArray(connections)) return undefined;
    const records = connections.map(recordOf);
    const sound = records.filter((record) => record !== undefined);
    if (new Set(sound.map(({ id }) => id)).size !== records.length) return undefined;
    const placed = sound.map((record) => ({ record, isConfirmed: true, isShadowed: false }));
    return deliveryOf(placed, (id) => deliveringProviders.get(id));
  } catch {
    return undefined;
  }
}

/** `undefined` when there is none. @throws when it is not ours or cannot be read */
function readJson(path: string): unknown {
  if (!existsSync(path)) return undefined;
  const text = readOwn(path);
  if (text === undefined) throw new Error("The file is not this user's alone.");
  return JSON.parse(text);
}

function recordOf(item: unknown) {
  if (!isObject(item) || !Object.keys(item).every((name) => recordFields.has(name))) return undefined;
  const { id, providerId, isDisabled = false, secrets, aliases = [] } = item;
  if (typeof id !== "string" || !idForm.test(id) || typeof providerId !== "string") return undefined;
  if (typeof isDisabled !== "boolean" || !isObject(secrets) || !isListOfText(aliases)) return undefined;
  const keys = Object.values(secrets);
  if (!isListOfText(keys) || !keys.every((key) => keyForm.test(key))) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its values were looked at
  return { id, providerId, isDisabled, secrets: secrets as Record<string, string>, aliases };
}

function isListOfText(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
