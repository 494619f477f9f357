import { useMutation } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { unlockStorage } from "../data/recheck-storage.ts";
import { Button } from "./button.tsx";

/** Has the system ask to unlock the key storage; busy while its question is open. */
export function UnlockButton() {
  const { t } = useTranslation();
  const unlock = useMutation({ mutationFn: unlockStorage });
  return (
    <Button isSmall isBusy={unlock.isPending} onClick={() => unlock.mutate()}>
      {t("storage.unlock")}
    </Button>
  );
}
