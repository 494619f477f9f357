import type { HostKey, TestResult } from "@latchkey/api-contracts/connection-test";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { FactList } from "../../components/fact-list.tsx";
import { Notice } from "../../components/notice.tsx";

export interface HostKeyCardProps {
  readonly hostKey: NonNullable<TestResult["hostKey"]>;
  /** Pins the key; without it there is no such button. */
  readonly onTrust: ((hostKey: string) => void) | undefined;
  readonly onCancel: () => void;
}

/** The key by which an SSH server is known. A new one is trusted here; one that changed is not, by no single click. */
export function HostKeyCard({ hostKey, onTrust, onCancel }: HostKeyCardProps) {
  const { t } = useTranslation();
  const { former } = hostKey;
  const pin = pinOf(hostKey);
  const actions = former ? undefined : (
    <>
      {onTrust && <Button onClick={() => onTrust(pin)}>{t("connections.result.trust")}</Button>}
      <Button onClick={onCancel}>{t("common.cancel")}</Button>
    </>
  );
  return (
    <Notice look={former ? "danger" : "warn"} actions={actions}>
      <FactList
        facts={[
          { label: t("connections.result.hostKey"), value: <Mono text={pin} /> },
          ...(former
            ? [{ label: t("connections.result.formerKey"), value: <Mono text={pinOf(former)} /> }]
            : []),
        ]}
      />
      {former && <p className="mt-2">{t("connections.result.changedKey")}</p>}
    </Notice>
  );
}

const pinOf = ({ algorithm, sha256 }: HostKey) => `${algorithm} ${sha256}`;

function Mono({ text }: { text: string }) {
  return <code className="font-mono text-[0.8125rem] break-all select-text">{text}</code>;
}
