"use client";

import { Button } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { Actor } from "@/components/journal/actor";
import { notDone } from "@/components/not-done";
import type { Column } from "@/components/table/column";
import { DataTable } from "@/components/table/data-table";
import { useRows } from "@/components/table/pages";
import { useSelection } from "@/components/table/use-selection";
import { count, date, day, fileSize, moment, UNKNOWN } from "@/format/format";

import {
  type DocumentFilter,
  type DocumentRow,
  documentsPages,
  downloadBundle,
} from "../records/api/documents";
import { DocumentState } from "../records/document-state";
import { kindWords, stateOf } from "../records/document-words";

const COLUMNS: readonly Column<DocumentRow>[] = [
  {
    id: "title",
    header: "Document",
    width: 180,
    grow: true,
    order: "title",
    cell: ({ title }) => title,
    title: ({ title, latest }) => `${title} (${latest.fileName})`,
  },
  { id: "kind", header: "Type", width: 128, card: true, order: "kind", cell: ({ kind }) => kindWords(kind) },
  {
    id: "state",
    header: "State",
    width: 184,
    card: true,
    cell: ({ latest, hold, confidential }) => (
      <DocumentState latest={latest} held={hold?.reason ?? null} confidential={confidential} />
    ),
    title: ({ latest }) => stateOf(latest).more,
  },
  {
    id: "version",
    header: "Version",
    width: 70,
    align: "end",
    cell: ({ latest }, formats) => count(latest.number, formats),
  },
  {
    id: "pages",
    header: "Pages",
    width: 72,
    align: "end",
    hidden: true,
    cell: ({ latest }, formats) => (latest.pages === null ? UNKNOWN : count(latest.pages, formats)),
  },
  {
    id: "size",
    header: "Size",
    width: 78,
    align: "end",
    card: true,
    cell: ({ latest }, formats) => fileSize(latest.size, formats),
  },
  {
    id: "expires",
    header: "Expires",
    width: 110,
    card: true,
    order: "expiresOn",
    cell: ({ expiresOn }, formats) => date(expiresOn, formats),
  },
  { id: "who", header: "Who", width: 116, cell: ({ latest }) => <Actor id={latest.uploadedBy} /> },
  {
    id: "when",
    header: "Added",
    width: 112,
    card: true,
    order: "filedAt",
    firstOrder: "descending",
    cell: ({ filedAt }, formats) => day(filedAt, formats),
    title: ({ filedAt }, formats) => moment(filedAt, formats),
  },
];

export const documentAddress = (id: string, page?: number): string =>
  `/document/?id=${encodeURIComponent(id)}${page === undefined ? "" : `&page=${page}`}`;

/** Documents as a table; those that are chosen go along as one archive. */
export function DocumentsTable({
  filter,
  toolbar,
  empty,
}: {
  filter: DocumentFilter;
  toolbar?: ReactNode;
  empty: ReactNode;
}) {
  const [order, setOrder] = useState("-filedAt");
  const view = JSON.stringify([filter, order]);
  const list = useRows(documentsPages(filter, order));
  const selection = useSelection(view);
  const bundle = useMutation({
    mutationFn: () => downloadBundle(selection.ids),
    onError: notDone("Not downloaded"),
  });
  return (
    <DataTable
      id="documents"
      label="Documents"
      columns={COLUMNS}
      list={list}
      rowId={({ id }) => id}
      rowName={({ title }) => `document ${title}`}
      rowLink={({ id }) => documentAddress(id)}
      order={order}
      onOrder={setOrder}
      selection={selection}
      actions={
        <Button
          size="compact-sm"
          variant="default"
          loading={bundle.isPending}
          disabled={selection.ids.size > MOST_IN_BUNDLE}
          title={selection.ids.size > MOST_IN_BUNDLE ? "At most 200 documents at once" : undefined}
          onClick={() => bundle.mutate()}
        >
          Download as ZIP
        </Button>
      }
      toolbar={toolbar}
      view={view}
      empty={empty}
    />
  );
}

const MOST_IN_BUNDLE = 200;
