import type { ConsentQuestion, RequesterView } from "@latchkey/api-contracts/consent";
import type { RequesterId } from "@latchkey/api-contracts/ids";
import { Bot, Puzzle, Server, SquareTerminal } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { Fact } from "../components/fact-list.tsx";
import { useFormat } from "../text/use-format.ts";

/** A foreign name inside one of our sentences: it cannot turn the words around it. */
export function isolate(name: string): string {
  return `\u2068${name}\u2069`;
}

const icons = { extension: Puzzle, tool: Bot, cli: SquareTerminal, server: Server } as const;

/** What kind of requester it is, as a picture; the words beside it say so too. */
export function RequesterIcon({ requesterId }: { readonly requesterId: RequesterId }) {
  const Icon = icons[kindOf(requesterId)];
  return <Icon aria-hidden className="mt-0.5 size-6 shrink-0 text-accent-ink" />;
}

function kindOf(requesterId: RequesterId): keyof typeof icons {
  const [kind = ""] = requesterId.split(":");
  return kind === "extension" || kind === "tool" || kind === "cli" ? kind : "server";
}

/** Who, what, why, where and when, in this order. */
export function useQuestionFacts(question: ConsentQuestion): Fact[] {
  const { t } = useTranslation();
  const format = useFormat();
  const { requester, connection, access, fields, reason, address, lastUsedAt } = question;
  return [
    { label: t("consent.who"), value: <Who requester={requester} /> },
    {
      label: t("consent.what"),
      value: (
        <>
          <Line strong>{connection.displayName}</Line>
          <Line>{connection.providerTitle}</Line>
          {fields.length > 0 && <Line>{fields.map(({ title }) => isolate(title)).join(", ")}</Line>}
          <p className={access === "reads" ? "mt-1 font-medium text-warn" : "mt-1 text-muted"}>
            {t(`consent.access.${access}`)}
          </p>
        </>
      ),
    },
    {
      label: t("consent.why"),
      value: (
        <blockquote className="border-l-2 border-line pl-3">
          <bdi>{reason}</bdi>
        </blockquote>
      ),
    },
    {
      label: t("consent.where"),
      value: (
        <>
          <Line>{t(`consent.scope.${connection.scope}`)}</Line>
          {address !== undefined && <Line>{address}</Line>}
        </>
      ),
    },
    {
      label: t("consent.lastUsed"),
      value: lastUsedAt === null ? t("consent.never") : format.exact(lastUsedAt),
    },
  ];
}

function Who({ requester }: { readonly requester: RequesterView }) {
  const { t } = useTranslation();
  const { requesterId, name, publisher, isVerified, version, program } = requester;
  return (
    <>
      <Line strong>{name}</Line>
      <p>
        {t(`consent.kind.${kindOf(requesterId)}`)}
        {version !== undefined && ` · ${t("consent.version", { version: isolate(version) })}`}
      </p>
      {publisher !== undefined && (
        <p>
          <bdi>{publisher}</bdi> · {t(isVerified ? "consent.verified" : "consent.notVerified")}
        </p>
      )}
      {program && (
        <>
          <Line>{program.path}</Line>
          <p>{t("consent.process", { pid: program.pid })}</p>
          {program.parent !== undefined && (
            <p>{t("consent.startedBy", { program: isolate(program.parent) })}</p>
          )}
        </>
      )}
    </>
  );
}

function Line({ children, strong = false }: { readonly children: string; readonly strong?: boolean }) {
  return (
    <p className={strong ? "font-medium" : ""}>
      <bdi>{children}</bdi>
    </p>
  );
}
