import type { ConsentQuestion, RequesterView } from "@latchkey/api-contracts/consent";
import { useTranslation } from "react-i18next";
import type { Fact } from "../components/fact-list.tsx";
import { ProviderIcon } from "../components/provider-icon.tsx";
import { kindOf } from "../components/requester-icon.tsx";
import { isolate } from "../text/format.ts";
import { useFormat } from "../text/use-format.ts";

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
          <div className="flex items-start gap-3">
            <ProviderIcon icon={connection.providerIcon} />
            <div className="min-w-0">
              <Line strong>{connection.displayName}</Line>
              <Line>{connection.providerTitle}</Line>
            </div>
          </div>
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
