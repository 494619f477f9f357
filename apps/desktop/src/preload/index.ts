import { areas } from "@latchkey/api-contracts/ipc";
import { contextBridge } from "electron";
import { clientOf } from "./client.ts";

contextBridge.exposeInMainWorld(
  "latchkey",
  Object.fromEntries(Object.entries(areas).map(([name, area]) => [name, clientOf(area)])),
);
