export type { PromptAnswer, Prompter } from "./prompter.ts";
export type { KeyringState, SessionOptions, TestSession } from "./session.ts";
export { startTestSession } from "./session.ts";
