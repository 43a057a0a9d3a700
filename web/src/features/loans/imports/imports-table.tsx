"use client";

import { Button, Text } from "@mantine/core";
import Link from "@/components/link";

import { useMay } from "@/api/me";
import { EmptyState } from "@/components/empty-state";
import type { Column } from "@/components/table/column";
import { DataTable } from "@/components/table/data-table";
import { useRows } from "@/components/table/pages";
import { count, date, moment, UNKNOWN } from "@/format/format";

import { PartyActor } from "../records/actor";
import { type Import, importsPages } from "./api/imports";
import { ImportStateBadge } from "./import-state-badge";

const number = (id: string, header: string, value: (work: Import) => number): Column<Import> => ({
  id,
  header,
  width: 84,
  align: "end",
  cell: (work, formats) => (work.loans === 0 ? UNKNOWN : count(value(work), formats)),
});

const COLUMNS: readonly Column<Import>[] = [
  {
    id: "file",
    header: "File",
    width: 190,
    grow: true,
    cell: ({ fileName }) => fileName,
    title: ({ fileName }) => fileName,
  },
  { id: "state", header: "State", width: 148, card: true, cell: (work) => <ImportStateBadge work={work} /> },
  {
    id: "deal",
    header: "Deal",
    width: 130,
    card: true,
    cell: ({ deal }) => deal ?? UNKNOWN,
    title: ({ deal }) => deal,
  },
  {
    id: "period",
    header: "Period to",
    width: 112,
    card: true,
    cell: ({ period }, formats) => date(period, formats),
  },
  number("created", "Created", ({ created }) => created),
  number("updated", "Updated", ({ updated }) => updated),
  { ...number("unchanged", "Unchanged", ({ unchanged }) => unchanged), hidden: true },
  number("refused", "Rejected", ({ refused }) => refused),
  number("differs", "Differ", ({ reconciliation }) => reconciliation.differs),
  { id: "who", header: "Who", width: 120, cell: ({ requestedBy }) => <PartyActor actor={requestedBy} /> },
  {
    id: "when",
    header: "When",
    width: 168,
    card: true,
    cell: ({ requestedAt }, formats) => moment(requestedAt, formats),
  },
];

/** Imports, the latest first; of one deal where one is named. */
export function ImportsTable({ deal }: { deal: string | undefined }) {
  const list = useRows(importsPages(deal === undefined ? {} : { deal }));
  const mayImport = useMay("tape.import");
  return (
    <DataTable
      id="imports"
      label="Imports"
      columns={COLUMNS}
      list={list}
      rowId={({ id }) => id}
      rowName={({ fileName }) => fileName}
      rowLink={({ id }) => `/import/?id=${id}`}
      view={deal ?? ""}
      toolbar={deal !== undefined && <Text size="sm">Imports of this deal</Text>}
      empty={
        deal === undefined ? (
          <EmptyState
            title="No imports yet"
            actions={
              mayImport && (
                <Button component={Link} href="/import/new/">
                  Import a tape
                </Button>
              )
            }
          >
            Import a servicer’s file, an EX-102 or a CSV to add its loans, properties and payments.
          </EmptyState>
        ) : (
          <EmptyState title="No imports for this deal">Its loans may have been entered manually.</EmptyState>
        )
      }
    />
  );
}
