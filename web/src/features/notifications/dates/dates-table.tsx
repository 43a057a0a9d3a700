"use client";

import { Anchor } from "@mantine/core";

import { EmptyState } from "@/components/empty-state";
import { Actor } from "@/components/journal/actor";
import Link from "@/components/link";
import type { Column } from "@/components/table/column";
import { DataTable } from "@/components/table/data-table";
import { useRows } from "@/components/table/pages";
import { date, UNKNOWN } from "@/format/format";

import { type CriticalDate, type DateFilter, datesPages } from "./api/dates";
import { DateDeeds } from "./date-deeds";
import { documentPath, KINDS, ofWords, windowWords } from "./date-words";
import { StateBadge } from "./state-badge";

const loanWords = ({ loanNumber, loanName }: CriticalDate) => `${loanNumber} · ${loanName}`;

const COLUMNS: readonly Column<CriticalDate>[] = [
  { id: "on", header: "Date", width: 120, card: true, cell: ({ on }, formats) => date(on, formats) },
  { id: "kind", header: "What", width: 190, card: true, cell: ({ kind }) => KINDS[kind] },
  {
    id: "loan",
    header: "Loan",
    width: 220,
    grow: true,
    card: true,
    cell: (row) =>
      row.loanId === null ? (
        UNKNOWN
      ) : (
        <Anchor component={Link} href={`/loan/?id=${row.loanId}&tab=dates`} inherit>
          {loanWords(row)}
        </Anchor>
      ),
    title: (row) => (row.loanId === null ? null : loanWords(row)),
  },
  {
    id: "document",
    header: "Document",
    width: 200,
    card: true,
    cell: ({ document }) =>
      document === null ? (
        UNKNOWN
      ) : (
        <Anchor component={Link} href={documentPath(document.id)} inherit>
          {document.title}
        </Anchor>
      ),
    title: ({ document }) => document?.title ?? null,
  },
  { id: "state", header: "State", width: 120, card: true, cell: (row) => <StateBadge of={row} /> },
  { id: "deeds", header: "Do", width: 190, card: true, cell: (row) => <DateDeeds row={row} /> },
  {
    id: "assignee",
    header: "Assigned to",
    width: 150,
    card: true,
    cell: ({ assignee, formerAssignee }) =>
      assignee !== null ? (
        <Actor id={assignee} />
      ) : formerAssignee !== null ? (
        <>
          Nobody; was <Actor id={formerAssignee} />
        </>
      ) : (
        UNKNOWN
      ),
  },
  {
    id: "window",
    header: "Window",
    width: 210,
    cell: (row, formats) => windowWords(row, formats) ?? UNKNOWN,
  },
  {
    id: "evidence",
    header: "Evidence",
    width: 200,
    hidden: true,
    cell: ({ evidence }) => evidence ?? UNKNOWN,
    title: ({ evidence }) => evidence,
  },
];

/** The dates that match, the earliest first. */
export function DatesTable({ filter }: { filter: DateFilter }) {
  return (
    <DataTable
      id="dates"
      label="Dates"
      columns={COLUMNS}
      list={useRows(datesPages(filter))}
      rowId={({ id }) => id}
      rowName={(row) => `${KINDS[row.kind]} of ${row.document === null ? "loan " : ""}${ofWords(row)}`}
      view={JSON.stringify(filter)}
      empty={
        <EmptyState title="No dates match">
          Dates follow from the terms of loans: maturities, payments, resets, extensions, prepayment and
          hedges. Documents that expire have one too.
        </EmptyState>
      }
    />
  );
}
