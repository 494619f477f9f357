export { type Clock, systemClock } from "./clock.ts";
export { createSupervisor } from "./create-supervisor.ts";
export type { Launcher, ProcessExit, ServerProcess } from "./launcher.ts";
export { defaultLimits, type Limits } from "./limits.ts";
export { createNodeLauncher } from "./node-launcher.ts";
export { findDescendants, identifyProcess, killTree, type ProcessIdentity } from "./process-tree.ts";
export type { LogLine, Supervisor, SupervisorOptions } from "./supervisor.ts";
