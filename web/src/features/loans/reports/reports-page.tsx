"use client";

import { EmptyState } from "@/components/empty-state";
import { Page } from "@/components/page";
import type { Column } from "@/components/table/column";
import { DataTable } from "@/components/table/data-table";
import { useRows } from "@/components/table/pages";
import { count, date, moment, money, UNKNOWN } from "@/format/format";

import { PartyActor } from "../records/actor";
import { type ReportRun, reportRunsPages } from "./api/reports";
import { ReportForm } from "./report-form";
import { Schedules } from "./schedules";
import { stateOf, titleOf } from "./report-words";

const COLUMNS: readonly Column<ReportRun>[] = [
  { id: "title", header: "Report", width: 200, grow: true, cell: titleOf, title: titleOf },
  { id: "state", header: "State", width: 110, card: true, cell: stateOf },
  {
    id: "asOf",
    header: "As of",
    width: 120,
    card: true,
    cell: (run, formats) => date(run.parameters.asOf ?? run.businessDate, formats),
  },
  {
    id: "loans",
    header: "Loans",
    width: 84,
    align: "end",
    cell: ({ loans }, formats) => (loans === null ? UNKNOWN : count(loans, formats)),
  },
  {
    id: "balance",
    header: "Balance",
    width: 160,
    align: "end",
    card: true,
    cell: ({ balance }, formats) => money(balance, formats),
  },
  { id: "who", header: "Who", width: 120, cell: ({ requestedBy }) => <PartyActor actor={requestedBy} /> },
  {
    id: "when",
    header: "When",
    width: 168,
    card: true,
    cell: ({ requestedAt }, formats) => moment(requestedAt, formats),
  },
];

/** Asks for reports; below, those that were made, the latest first. */
export function ReportsPage() {
  const list = useRows(reportRunsPages());
  return (
    <Page title="Reports" subtitle="Workbooks and PDF whose totals are the dashboard’s to the cent">
      <ReportForm />
      <Schedules />
      <DataTable
        id="reports"
        label="Reports"
        columns={COLUMNS}
        list={list}
        rowId={({ id }) => id}
        rowName={titleOf}
        rowLink={({ id }) => `/report/?id=${id}`}
        view=""
        empty={<EmptyState title="No reports yet">Choose one above and make it.</EmptyState>}
      />
    </Page>
  );
}
