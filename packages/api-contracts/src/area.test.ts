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
    "providers:list",
    "providers:changed",
    "connections:list",
    "connections:get",
    "connections:create",
    "connections:update",
    "connections:delete",
    "connections:set-secret",
    "connections:replace-secret",
    "connections:usage",
    "connections:test",
    "connections:cancel-test",
    "connections:open-workspace",
    "connections:close-workspace",
    "connections:changed",
    "llm-configs:list",
    "llm-configs:create",
    "llm-configs:update",
    "llm-configs:delete",
    "llm-configs:set-default",
    "llm-configs:changed",
    "audit:list",
    "audit:verify",
    "audit:export",
    "audit:appended",
  ]);
});
