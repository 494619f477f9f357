import { expect, test } from "vitest";
import { sessionBusSocket } from "./bus-address.ts";

test.each<[string, NodeJS.ProcessEnv, string | undefined]>([
  ["a path", { DBUS_SESSION_BUS_ADDRESS: "unix:path=/run/user/1/bus,guid=0a" }, "/run/user/1/bus"],
  ["an escaped path", { DBUS_SESSION_BUS_ADDRESS: "unix:path=/tmp/a%20b/%c3%a9" }, "/tmp/a b/é"],
  ["an abstract name", { DBUS_SESSION_BUS_ADDRESS: "unix:abstract=/tmp/dbus-x" }, "\0/tmp/dbus-x"],
  ["the first that can be used", { DBUS_SESSION_BUS_ADDRESS: "tcp:host=h;unix:path=/b" }, "/b"],
  ["the runtime folder's bus", { XDG_RUNTIME_DIR: "/run/user/1" }, "/run/user/1/bus"],
  [
    "the address before the runtime folder",
    { DBUS_SESSION_BUS_ADDRESS: "unix:path=/b", XDG_RUNTIME_DIR: "/r" },
    "/b",
  ],
  ["nothing, and starts no bus, for autolaunch", { DBUS_SESSION_BUS_ADDRESS: "autolaunch:" }, undefined],
  [
    "nothing, and runs no program, for unixexec",
    { DBUS_SESSION_BUS_ADDRESS: "unixexec:path=/bin/sh" },
    undefined,
  ],
  ["nothing, for an X display alone", { DISPLAY: ":0" }, undefined],
])("the session bus is %s", (_, env, socket) => {
  expect(sessionBusSocket(env)).toBe(socket);
});
