import { extensionBridge } from "@latchkey/api-contracts/extensions";
import { contextBridge } from "electron";
import { clientOf } from "./client.ts";

// For the page around an extension. The extension itself runs in a worker and does not see it.
contextBridge.exposeInMainWorld("latchkeyExtension", clientOf(extensionBridge));
