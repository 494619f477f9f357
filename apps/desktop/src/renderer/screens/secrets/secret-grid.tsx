import type { SecretMetadata } from "@latchkey/api-contracts/secrets";
import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { ListGrid } from "../../components/list-grid.tsx";
import { ListHint } from "../../components/list-hint.tsx";
import { useListRows } from "../../components/use-list-rows.ts";
import { useNow } from "../../text/use-now.ts";
import type { SecretRequest } from "./secret-dialogs.tsx";
import { SecretRow } from "./secret-row.tsx";
import { useRowWords } from "./use-row-words.ts";

export interface SecretGridProps {
  readonly secrets: readonly SecretMetadata[];
  readonly onRequest: (request: SecretRequest) => void;
}

const columns = ["key", "storedIn", "state", "changed", "actions"] as const;

/** The list. F2 replaces, Delete removes. */
export function SecretGrid({ secrets, onRequest }: SecretGridProps) {
  const { t } = useTranslation();
  const now = useNow(30_000);
  const words = useRowWords();
  const grid = useRef<HTMLDivElement>(null);
  const list = useListRows({
    grid,
    name: "secrets",
    items: secrets,
    heights: { wide: 57, narrow: 101 },
    lastColumn: 2,
    idOf: ({ key }) => key,
    nameOf: ({ key }) => key,
    actionOf(pressed) {
      const kind = pressed === "Delete" ? "remove" : pressed === "F2" ? "replace" : undefined;
      return kind && (({ key }) => onRequest({ kind, key }));
    },
  });
  return (
    <ListGrid
      ref={grid}
      rows={list.rows}
      isStacked={list.isStacked}
      look="secret-list"
      label={t("secrets.list")}
      columns={columns.map((name) => ({ title: t(`secrets.column.${name}`), isHidden: name === "actions" }))}
      rowCount={secrets.length}
      beside={<ListHint list={grid} />}
    >
      {list.rows.getVirtualItems().map((place) => {
        const secret = secrets[place.index];
        return (
          secret && (
            <SecretRow
              key={secret.key}
              secret={secret}
              words={words}
              now={now}
              onRequest={onRequest}
              {...list.rowProps(place)}
            />
          )
        );
      })}
    </ListGrid>
  );
}
