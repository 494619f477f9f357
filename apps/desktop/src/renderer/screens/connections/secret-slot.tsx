import type { SecretFieldStatus } from "@latchkey/api-contracts/connections";
import type { FieldDefinition, SecretGeneration } from "@latchkey/api-contracts/providers";
import { useQuery } from "@tanstack/react-query";
import type { Ref } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { Notice } from "../../components/notice.tsx";
import { SavedSecret } from "../../components/secret-field/saved-secret.tsx";
import { SecretInput, type SecretInputHandle } from "../../components/secret-field/secret-input.tsx";
import { storageQuery } from "../../data/queries.ts";
import { recheckStorage } from "../../data/recheck-storage.ts";

/** What becomes of a secret field when the form is saved: it stays, gets what is typed or made, or loses what it has. */
export type SecretMode = "saved" | "typed" | "generated" | "removed";

export interface SecretSlotProps {
  readonly field: FieldDefinition;
  /** Of a secret that was saved. */
  readonly status: SecretFieldStatus | undefined;
  readonly mode: SecretMode;
  readonly error: string | undefined;
  readonly isSending: boolean;
  /** The form has another address than the one that the secret was saved for. */
  readonly isElsewhere: boolean;
  readonly onMode: (mode: SecretMode) => void;
  readonly onEdit: () => void;
  readonly ref: Ref<SecretInputHandle>;
}

/** A secret field of a provider's form: saved (then there is no input), being replaced, to be removed, or new. */
export function SecretSlot({ field, status, mode, error, isSending, isElsewhere, ...on }: SecretSlotProps) {
  const { t } = useTranslation();
  const { onMode, onEdit, ref } = on;
  const { data: storage } = useQuery(storageQuery);
  const kindOfGenerated = useKindOfGenerated();
  const generate = field.secret?.generate;
  const label = field.required ? field.title : `${field.title} (${t("connections.form.optional")})`;
  if (status && mode === "saved") {
    const { state, storageBackend = storage?.storageBackend ?? "keychain", source, updatedAt = "" } = status;
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
        <p className="font-mono text-xs break-all text-muted">{status.key}</p>
      </div>
    );
  }
  const keep = (
    <Button isSmall onClick={() => onMode("saved")}>
      {t(mode === "removed" ? "connections.form.undoRemove" : "common.cancel")}
    </Button>
  );
  if (mode === "generated" && generate) {
    return (
      <section aria-label={field.title} className="flex flex-col gap-1.5">
        <h3 className="font-medium">{field.title}</h3>
        <Notice look="info" actions={keep}>
          {t("secretField.willGenerate", kindOfGenerated(generate))}
        </Notice>
      </section>
    );
  }
  if (mode === "removed") {
    return (
      <section aria-label={field.title} className="flex flex-col gap-1.5">
        <h3 className="font-medium">{field.title}</h3>
        <Notice look="warn" actions={keep}>
          {t("connections.form.removed")}
        </Notice>
      </section>
    );
  }
  const replaceNote = status?.state === "present" ? t("secretField.replaceNote") : undefined;
  const note = status && isElsewhere ? t("secretField.elsewhere") : replaceNote;
  const help = [note, field.help].filter(Boolean).join(" ");
  return (
    <div className="flex flex-col items-start gap-1.5">
      <div className="w-full">
        <SecretInput
          label={label}
          {...(help && { help })}
          prefix={field.prefixHint}
          error={error}
          isSending={isSending}
          onEdit={onEdit}
          ref={ref}
        />
      </div>
      <div className="flex flex-wrap gap-2 empty:hidden">
        {status && !isElsewhere && keep}
        {generate && (
          <Button isSmall onClick={() => onMode("generated")}>
            {t("secretField.generate")}
          </Button>
        )}
        {status && isElsewhere && !field.required && (
          <Button isSmall onClick={() => onMode("removed")}>
            {t("common.remove")}
          </Button>
        )}
      </div>
    </div>
  );
}

/** The words for what is made: `32 random characters`. */
function useKindOfGenerated() {
  const { t } = useTranslation();
  return (generate: SecretGeneration) => ({
    kind:
      "uuid" in generate
        ? t("secretField.randomUuid")
        : t("secretField.randomCharacters", { count: generate.length }),
  });
}
