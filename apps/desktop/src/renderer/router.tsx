import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  redirect,
} from "@tanstack/react-router";
import { Frame } from "./frame/frame.tsx";
import { ScreenFailed } from "./frame/screen-failed.tsx";
import { AccessScreen } from "./screens/access/access-screen.tsx";
import { ActivityScreen } from "./screens/activity/activity-screen.tsx";
import { parseActivitySearch } from "./screens/activity/activity-search.ts";
import { ConnectionScreen } from "./screens/connections/connection-screen.tsx";
import { ConnectionsScreen } from "./screens/connections/connections-screen.tsx";
import { GalleryScreen } from "./screens/connections/gallery-screen.tsx";
import { NewConnectionScreen } from "./screens/connections/new-connection-screen.tsx";
import { SecretsScreen } from "./screens/secrets/secrets-screen.tsx";
import { ServerScreen } from "./screens/server/server-screen.tsx";

const root = createRootRoute({ component: Frame });
const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/secrets", replace: true });
  },
});
const secrets = createRoute({
  getParentRoute: () => root,
  path: "/secrets",
  validateSearch: (search): { key?: string } =>
    typeof search["key"] === "string" ? { key: search["key"] } : {},
  component: SecretsScreen,
});
const access = createRoute({ getParentRoute: () => root, path: "/access", component: AccessScreen });
const activity = createRoute({
  getParentRoute: () => root,
  path: "/activity",
  validateSearch: parseActivitySearch,
  component: ActivityScreen,
});
const connections = createRoute({
  getParentRoute: () => root,
  path: "/connections",
  component: ConnectionsScreen,
});
const gallery = createRoute({
  getParentRoute: () => root,
  path: "/connections/new",
  component: GalleryScreen,
});
const newConnection = createRoute({
  getParentRoute: () => root,
  path: "/connections/new/$providerId",
  validateSearch: (search): { from?: string } =>
    typeof search["from"] === "string" ? { from: search["from"] } : {},
  component: NewConnectionScreen,
});
const connection = createRoute({
  getParentRoute: () => root,
  path: "/connections/$id",
  validateSearch: (search): { test?: true } => (search["test"] === true ? { test: true } : {}),
  component: ConnectionScreen,
});
const server = createRoute({ getParentRoute: () => root, path: "/server", component: ServerScreen });

/** The screens by address. The address is in the hash, because the window has one document. */
export const router = createRouter({
  routeTree: root.addChildren([
    home,
    connections,
    gallery,
    newConnection,
    connection,
    secrets,
    access,
    activity,
    server,
  ]),
  history: createHashHistory(),
  defaultErrorComponent: ScreenFailed,
  defaultNotFoundComponent: ScreenFailed,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
  interface HistoryState {
    /** The row of the list that one comes back to. */
    row?: string;
  }
}
