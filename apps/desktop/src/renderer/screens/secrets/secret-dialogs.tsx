import type { SecretMetadata } from "@latchkey/api-contracts/secrets";
import { useState } from "react";
import { focusActiveRow } from "../../components/use-roving.ts";
import { AddSecretDialog } from "./add-secret-dialog.tsx";
import { RemoveSecretDialog } from "./remove-secret-dialog.tsx";
import { SecretDialog } from "./secret-dialog.tsx";

/** What the person wants to do. `open` shows a secret, `replace` goes straight to its new value. */
export type SecretRequest =
  | { readonly kind: "add" }
  | { readonly kind: "open" | "replace" | "remove"; readonly key: string };

export interface SecretDialogsProps {
  readonly request: SecretRequest | undefined;
  readonly secrets: readonly SecretMetadata[];
  readonly onRequest: (request: SecretRequest | undefined) => void;
  readonly onRetry: () => void;
}

/** The dialog of the present request. The last one stays mounted until it has faded out. */
export function SecretDialogs({ request, secrets, onRequest, onRetry }: SecretDialogsProps) {
  const [last, setLast] = useState<{ request: SecretRequest; secret: SecretMetadata | undefined }>();
  const key = request && request.kind !== "add" ? request.key : undefined;
  const present = secrets.find((secret) => secret.key === key);
  if (request && (last?.request !== request || (present && last.secret !== present))) {
    setLast({ request, secret: present ?? last?.secret });
  }
  if (!last) return null;

  const { kind } = last.request;
  const shared = {
    isOpen: request !== undefined,
    onClose: () => onRequest(undefined),
    onClosed: () => {
      setLast(undefined);
      requestAnimationFrame(restoreFocus); // after the dialog has left the document
    },
  };
  if (kind === "add") return <AddSecretDialog {...shared} known={secrets} />;
  if (!last.secret) return null;
  const { secret } = last;
  if (kind === "remove") return <RemoveSecretDialog {...shared} secret={secret} />;
  return (
    <SecretDialog
      {...shared}
      secret={secret}
      opensReplacing={kind === "replace"}
      onRemove={() => onRequest({ kind: "remove", key: secret.key })}
      onRetry={onRetry}
    />
  );
}

/** The opener may be gone, as after a removal: then the row that took its place gets the focus. */
function restoreFocus(): void {
  if (document.activeElement !== document.body && document.activeElement !== null) return;
  focusActiveRow();
}
