import { expect, test } from "vitest";
import { channelOf } from "./area.ts";
import { areas } from "./ipc.ts";

test("channel names are derived from the area and the verb", () => {
  const channels = Object.values(areas).flatMap((area) =>
    [...Object.keys(area.calls), ...Object.keys(area.events)].map((verb) => channelOf(area, verb)),
  );
  expect(channels).toEqual([
    "secrets:status",
    "secrets:recheck",
    "secrets:unlock",
    "secrets:list",
    "secrets:upsert",
    "secrets:remove",
    "secrets:changed",
    "desktop:get-state",
    "desktop:restart-server",
    "desktop:stop-server",
    "desktop:retry-change",
    "desktop:discard-change",
    "desktop:open-logs-folder",
    "desktop:state-changed",
  ]);
});
