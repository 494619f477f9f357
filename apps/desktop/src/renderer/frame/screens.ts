import { History, KeyRound, Plug, Server, ShieldCheck } from "lucide-react";

/** The screens in the order of the rail; Ctrl/Cmd and the position opens one. */
export const screens = [
  { path: "/connections", title: "connections.title", Icon: Plug },
  { path: "/secrets", title: "secrets.title", Icon: KeyRound },
  { path: "/access", title: "access.title", Icon: ShieldCheck },
  { path: "/activity", title: "activity.title", Icon: History },
  { path: "/server", title: "server.title", Icon: Server },
] as const;
