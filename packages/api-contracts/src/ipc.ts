import * as z from "zod";
import type { AreaClient } from "./area.ts";
import { audit } from "./audit.ts";
import { connections } from "./connections.ts";
import { consent, consentPrompt } from "./consent.ts";
import { desktop } from "./desktop.ts";
import { ErrorData } from "./error-data.ts";
import { extensionBridge, extensions } from "./extensions.ts";
import { llmConfigs } from "./llm-configs.ts";
import { providers } from "./providers.ts";
import { secrets } from "./secrets.ts";

/** Every area that the window may use. */
export const areas = {
  secrets,
  desktop,
  providers,
  connections,
  llmConfigs,
  audit,
  consent,
  extensions,
} as const;

/** Every area that the window of a consent question may use, and no other. */
export const consentWindowAreas = { consentPrompt } as const;

/** Every area that the page around an extension may use, and no other. */
export const extensionWindowAreas = { extensionBridge } as const;

/** What a call answers over IPC: errors cross as data, because Electron keeps only their text. */
export const IpcReply = z.discriminatedUnion("ok", [
  z.object({ ok: z.literal(true), data: z.unknown() }),
  z.object({ ok: z.literal(false), error: ErrorData }),
]);
export type IpcReply = z.infer<typeof IpcReply>;

/** The one global of the window, `window.latchkey`. Calls reject with `ErrorData`. */
export type Bridge = { readonly [A in keyof typeof areas]: AreaClient<(typeof areas)[A]> };
