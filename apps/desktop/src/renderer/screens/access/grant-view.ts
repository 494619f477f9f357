import type { ConsentDecision } from "@latchkey/api-contracts/consent";
import { Ban, CircleCheck, CircleX, Hourglass, type LucideIcon } from "lucide-react";

/** What the person can do about a decision. Both of the last two call `unblock`. */
export type GrantAction = "revoke" | "block" | "takeBack" | "letAsk";

interface GrantView {
  readonly tone: "ok" | "warn" | "danger";
  readonly Icon: LucideIcon;
  readonly actions: readonly GrantAction[];
}

/** How a decision is shown, and what can be done about it. Its word carries the meaning. */
export const grantViews: Readonly<Record<ConsentDecision, GrantView>> = {
  always: { tone: "ok", Icon: CircleCheck, actions: ["revoke", "block"] },
  once: { tone: "ok", Icon: Hourglass, actions: ["revoke", "block"] },
  denied: { tone: "warn", Icon: CircleX, actions: ["takeBack", "block"] },
  blocked: { tone: "danger", Icon: Ban, actions: ["letAsk"] },
};
