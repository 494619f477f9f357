import { channelOf } from "@latchkey/api-contracts/area";
import { parseAs } from "@latchkey/api-contracts/parse";
import { secrets } from "@latchkey/api-contracts/secrets";

export const channel = channelOf(secrets, "upsert"); // "secrets:upsert"
export const request = parseAs(secrets.calls.remove.request, { key: "provider.openai.api-key" });
