export type { ChangeFlow } from "./change-flow.ts";
export { type Folders, foldersOf } from "./folders.ts";
export { type Host, openHost } from "./host.ts";
export { openAudit } from "./open-audit.ts";
export { type HostConnections, type OpenedConnections, openHostConnections } from "./open-connections.ts";
export { openStore, recoverStore, storeNames } from "./open-store.ts";
export { findUnsafeEnvironment } from "./unsafe-environment.ts";
