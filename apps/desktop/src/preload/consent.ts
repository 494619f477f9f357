import { consentPrompt } from "@latchkey/api-contracts/consent";
import { contextBridge } from "electron";
import { clientOf } from "./client.ts";

contextBridge.exposeInMainWorld("latchkeyConsent", clientOf(consentPrompt));
