export { cacheFolder, createWhole } from "./cache-folder.ts";
export { describeRuntime, type ElectronRuntime, resolveRuntime } from "./runtime.ts";
export { prepareSandbox, type SandboxUser } from "./sandbox.ts";
