import { createApi } from "./api.ts";
import { connect, type Port } from "./connect.ts";

export type { AccessResponse } from "@latchkey/api-contracts/access";
export type { ExtensionConnection } from "@latchkey/api-contracts/extensions";
export { type ExtensionApi, FetchError, type FetchRequest, type FetchResponse } from "./api.ts";
export { ExtensionError } from "./connect.ts";

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the worker that an extension runs in is such a port
const api = createApi(connect(globalThis as unknown as Port));

export const { connections, secrets, fetch, log } = api;
