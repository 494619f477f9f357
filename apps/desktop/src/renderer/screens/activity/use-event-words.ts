import {
  type AuditActor,
  AuditActorKind,
  type AuditEvent,
  type AuditOutcome,
} from "@latchkey/api-contracts/audit";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Tone } from "../../components/status-word.tsx";
import { useFormat } from "../../text/use-format.ts";

export const tones: Record<AuditOutcome, Tone> = { done: "ok", refused: "warn", failed: "danger" };

type FixedWord =
  | `activity.actor.${AuditActorKind}`
  | `activity.action.${AuditEvent["action"]}`
  | `activity.outcome.${AuditOutcome}`
  | `activity.scope.${NonNullable<AuditEvent["scope"]>}`;

/** The words for who did what to what; the same object as long as the language is. */
export function useEventWords() {
  const { t } = useTranslation();
  const { keys: someKeys } = useFormat();
  return useMemo(() => {
    // A list of thousands says the same few words again and again.
    const said = new Map<string, string>();
    const once = (key: FixedWord): string => {
      const text = said.get(key) ?? t(key);
      said.set(key, text);
      return text;
    };

    function actor(who: AuditActor): string {
      const [kind = "", name = ""] = who.split(":");
      if (kind === "tool") return t("activity.tool", { name });
      if (kind === "extension") return t("activity.extension", { name });
      return once(`activity.actor.${AuditActorKind.parse(kind)}`);
    }

    /** The names of what it was done to; empty where an action has no object. */
    function object({
      keys,
      connectionName,
      connectionId,
      providerId,
      requesterId,
      host,
    }: AuditEvent): string {
      const connection = connectionName ?? connectionId ?? providerId;
      const parts = [connection, keys.length > 0 ? someKeys(keys) : undefined, host, requesterId];
      return parts.filter((part) => part !== undefined).join(" · ");
    }

    return {
      actor,
      object,
      action: ({ action }: AuditEvent) => once(`activity.action.${action}`),
      outcome: ({ outcome }: AuditEvent) => once(`activity.outcome.${outcome}`),
      scope: ({ scope }: AuditEvent) => scope && once(`activity.scope.${scope}`),
      times: (count: number) => t("activity.times", { count }),
    };
  }, [t, someKeys]);
}
