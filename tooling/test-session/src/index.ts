export type { KeyringState, SessionOptions, TestSession } from "./session.ts";
export { startTestSession } from "./session.ts";
