import type { Bridge } from "@latchkey/api-contracts/ipc";

declare global {
  interface Window {
    /** Set by the preload. Calls reject with `ErrorData`. */
    readonly latchkey: Bridge;
  }
}

/** All that the window can ask of the main process. */
export const bridge: Bridge = window.latchkey;
