import {
  type AuditActor,
  AuditActorKind,
  type AuditEvent,
  type AuditOutcome,
} from "@latchkey/api-contracts/audit";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { Tone } from "../../components/status-word.tsx";
import { connectionsQuery } from "../../data/connections.ts";
import { useFormat } from "../../text/use-format.ts";

export const tones: Record<AuditOutcome, Tone> = { done: "ok", refused: "warn", failed: "danger" };

type FixedWord =
  | `activity.actor.${AuditActorKind}`
  | `activity.action.${AuditEvent["action"]}`
  | `activity.outcome.${AuditOutcome}`
  | `activity.scope.${NonNullable<AuditEvent["scope"]>}`;

/** The words for who did what to what; the same object as long as the language is. */
export function useEventWords() {
  const { t, i18n } = useTranslation();
  const { keys: someKeys } = useFormat();
  const { data } = useQuery(connectionsQuery);
  const connections = data?.connections;
  return useMemo(() => {
    const names = new Map(connections?.map(({ id, displayName }) => [id, displayName]));
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

    /** The same for a column: without what kind of actor it is, where it has a name. */
    const shortActor = (who: AuditActor): string => who.split(":")[1] ?? actor(who);

    /** What the connection was called then, else what it is called now; undefined for one that is gone. */
    const connection = ({ connectionName, connectionId }: AuditEvent): string | undefined =>
      connectionName ?? (connectionId && names.get(connectionId));

    /** The names of what it was done to; empty where an action has no object. */
    function object(event: AuditEvent): string {
      const { keys, connectionId, providerId, requesterId, host } = event;
      const parts = [
        connection(event) ?? connectionId ?? providerId,
        keys.length > 0 ? someKeys(keys) : undefined,
        host,
        requesterId && shortActor(requesterId),
      ];
      return parts.filter((part) => part !== undefined).join(" · ");
    }

    /** A reason that no catalog has stays as the log has it. */
    function reason(word: string): string {
      const key = `activity.reason.${word}`;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- looked up in the line before
      return i18n.exists(key) ? t(key as "activity.reason.person") : word;
    }

    return {
      actor,
      shortActor,
      connection,
      object,
      reason,
      action: ({ action }: AuditEvent) => once(`activity.action.${action}`),
      outcome: ({ outcome }: AuditEvent) => once(`activity.outcome.${outcome}`),
      scope: ({ scope }: AuditEvent) => scope && once(`activity.scope.${scope}`),
      times: (count: number) => t("activity.times", { count }),
    };
  }, [t, i18n, someKeys, connections]);
}
