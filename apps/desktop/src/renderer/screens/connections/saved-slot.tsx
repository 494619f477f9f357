import type { SecretFieldStatus } from "@latchkey/api-contracts/connections";
import type { FieldDefinition, SecretGeneration } from "@latchkey/api-contracts/providers";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { SavedSecret } from "../../components/secret-field/saved-secret.tsx";
import { storageQuery } from "../../data/queries.ts";
import { recheckStorage } from "../../data/recheck-storage.ts";
import type { SecretMode } from "./secret-slot.tsx";

export interface SavedSlotProps {
  readonly field: FieldDefinition;
  readonly status: SecretFieldStatus;
  readonly onMode: (mode: SecretMode) => void;
}

/** A secret field that has a secret: one of its own, or one that is kept elsewhere and used here. */
export function SavedSlot({ field, status, onMode }: SavedSlotProps) {
  const { t } = useTranslation();
  const { data: storage } = useQuery(storageQuery);
  const kindOfGenerated = useKindOfGenerated();
  const generate = field.secret?.generate;
  const { key, state, source, users, isReference } = status;
  if (isReference && state === "present") return <Reference field={field} status={status} onMode={onMode} />;
  const { storageBackend = storage?.storageBackend ?? "keychain", updatedAt = "" } = status;
  const isGenerated = source === "generated" && state === "present";
  return (
    <div className="flex flex-col gap-1">
      <SavedSecret
        label={field.title}
        secret={{ state, storageBackend, updatedAt }}
        storage={storage}
        {...(isGenerated && generate && { origin: t("secretField.generated", kindOfGenerated(generate)) })}
        {...(generate && { onRotate: () => onMode("generated") })}
        onReplace={() => onMode("typed")}
        {...(!field.required && { onRemove: () => onMode("removed") })}
        onRetry={() => void recheckStorage().catch(() => undefined)}
      />
      {users > 1 && (
        <p className="text-[0.8125rem] text-muted">{t("secretField.shared", { count: users - 1 })}</p>
      )}
      <p className="font-mono text-xs break-all text-muted">{key}</p>
    </div>
  );
}

function Reference({ field, status: { key, users }, onMode }: SavedSlotProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  return (
    <section aria-label={field.title} className="flex flex-col gap-1.5">
      <h3 className="font-medium">{field.title}</h3>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-lg border border-line bg-rail px-3 py-2.5">
        <p className="min-w-0 break-words">{t("secretField.reference", { key, count: users })}</p>
        <div className="flex flex-wrap gap-2">
          <Button isSmall onClick={() => onMode("typed")}>
            {t("secretField.change")}
          </Button>
          <Button isSmall onClick={() => void navigate({ to: "/secrets", search: { key } })}>
            {t("secretField.open")}
          </Button>
          {!field.required && (
            <Button isSmall onClick={() => onMode("removed")}>
              {t("common.remove")}
            </Button>
          )}
        </div>
      </div>
    </section>
  );
}

/** The words for what is made: `32 random characters`. */
export function useKindOfGenerated() {
  const { t } = useTranslation();
  return (generate: SecretGeneration) => ({
    kind:
      "uuid" in generate
        ? t("secretField.randomUuid")
        : t("secretField.randomCharacters", { count: generate.length }),
  });
}
