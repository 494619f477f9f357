import type { SecretFieldStatus } from "@latchkey/api-contracts/connections";
import type { SecretKey } from "@latchkey/api-contracts/ids";
import type { FieldDefinition } from "@latchkey/api-contracts/providers";
import type { SecretMetadata } from "@latchkey/api-contracts/secrets";
import { useQuery } from "@tanstack/react-query";
import type { Ref } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "../../components/button.tsx";
import { SelectField } from "../../components/choice-fields.tsx";
import { Notice } from "../../components/notice.tsx";
import { SecretInput, type SecretInputHandle } from "../../components/secret-field/secret-input.tsx";
import { secretsQuery } from "../../data/queries.ts";
import { SavedSlot, useKindOfGenerated } from "./saved-slot.tsx";

/**
 * What becomes of a secret field when the form is saved: it stays, gets what is typed or made, uses another secret, or
 * loses what it has.
 */
export type SecretMode = "saved" | "typed" | "generated" | "used" | "removed";

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
  /** The key of the secret that is chosen to be used; empty while none is. */
  readonly usedKey: string;
  readonly onUse: (key: SecretKey | undefined) => void;
  readonly onEdit: () => void;
  readonly ref: Ref<SecretInputHandle>;
}

/** Connections take what is there now, and protected. */
function isUsable({ state, protection, isPending }: SecretMetadata): boolean {
  return state === "present" && protection !== "none" && !isPending;
}

/** A secret field of a provider's form: saved (then there is no input), being replaced, to be removed, or new. */
export function SecretSlot({ field, status, mode, error, isSending, isElsewhere, ...on }: SecretSlotProps) {
  const { t } = useTranslation();
  const { onMode, onEdit, ref } = on;
  const { data: secrets = [] } = useQuery(secretsQuery);
  const keys = secrets.filter(isUsable).map(({ key }) => key);
  const kindOfGenerated = useKindOfGenerated();
  const generate = field.secret?.generate;
  const label = field.required ? field.title : `${field.title} (${t("connections.form.optional")})`;
  if (status && mode === "saved") return <SavedSlot field={field} status={status} onMode={onMode} />;
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
  if (mode === "used") {
    return (
      <div className="flex flex-col items-start gap-1.5">
        <div className="w-full">
          <SelectField
            label={label}
            help={t("secretField.usedHelp")}
            error={error}
            disabled={isSending}
            value={on.usedKey}
            options={[["", t("secretField.chooseKey")], ...keys.map((key) => [key, key] as const)]}
            onChange={(event) => on.onUse(keys.find((key) => key === event.target.value))}
          />
        </div>
        <Button isSmall onClick={() => onMode(status && !isElsewhere ? "saved" : "typed")}>
          {t("common.cancel")}
        </Button>
      </div>
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
        {keys.length > 0 && (
          <Button isSmall onClick={() => onMode("used")}>
            {t("secretField.useExisting")}
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
