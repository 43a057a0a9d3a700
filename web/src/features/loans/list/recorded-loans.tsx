"use client";

import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useState } from "react";

import { useBusinessDate } from "@/api/me";
import { EmptyState } from "@/components/empty-state";
import { isPastMaturity, LoanStatus } from "@/components/loan-status";
import { moneyCell } from "@/components/table/cells";
import type { Column } from "@/components/table/column";
import { DataTable } from "@/components/table/data-table";
import { useRows } from "@/components/table/pages";
import { date, rate } from "@/format/format";

import { loanHref } from "../records/use-loan-address";
import { type LoanSummary, recordedLoans } from "./api/loans";

const PAUSE = 250;
const FIRST_ORDER = "number";

const COLUMNS: readonly Column<LoanSummary>[] = [
  {
    id: "name",
    header: "Loan",
    width: 196,
    grow: true,
    order: "name",
    cell: (loan) => <bdi>{loan.name}</bdi>,
    title: (loan) => loan.name,
  },
  { id: "number", header: "Number", width: 120, order: "number", cell: (loan) => <bdi>{loan.number}</bdi> },
  {
    id: "borrower",
    header: "Borrower",
    width: 180,
    cell: (loan) => <bdi>{loan.borrower ?? ""}</bdi>,
    title: (loan) => loan.borrower,
  },
  {
    id: "balance",
    header: "Balance",
    width: 150,
    align: "end",
    card: true,
    order: "currentBalance",
    firstOrder: "descending",
    cell: (loan, formats) => moneyCell(loan.currentBalance, formats),
  },
  {
    id: "asOf",
    header: "Balance as of",
    width: 130,
    cell: (loan, formats) => date(loan.balanceAsOf, formats),
  },
  { id: "rate", header: "Rate", width: 90, align: "end", cell: (loan, formats) => rate(loan.rate, formats) },
  {
    id: "maturity",
    header: "Maturity",
    width: 130,
    card: true,
    cell: (loan, formats) => date(loan.expectedMaturityDate, formats),
  },
  { id: "status", header: "Status", width: 130, cell: (loan) => <Status loan={loan} /> },
];

function Status({ loan }: { loan: LoanSummary }) {
  const today = useBusinessDate();
  const pastMaturity = isPastMaturity({ ...loan, maturityDate: loan.expectedMaturityDate }, today);
  return <LoanStatus status={loan.status} pastMaturity={pastMaturity} />;
}

/** Loans as they are recorded, while whoever computes their figures is away: to find one, read it and edit it. */
export function RecordedLoans() {
  const [typed, setTyped] = useState("");
  const [words] = useDebouncedValue(typed.trim(), PAUSE);
  const [order, setOrder] = useState(FIRST_ORDER);
  const list = useRows(recordedLoans(words, order));
  return (
    <DataTable
      id="recorded-loans"
      label="Loans as recorded"
      columns={COLUMNS}
      list={list}
      rowId={({ id }) => id}
      rowName={({ number }) => `loan ${number}`}
      rowLink={({ id }) => loanHref({ id })}
      order={order}
      onOrder={setOrder}
      view={words + order}
      toolbar={
        <TextInput
          size="xs"
          aria-label="Search loans"
          placeholder="Number, name or borrower"
          leftSection={<IconSearch size={14} aria-hidden />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      }
      empty={
        <EmptyState title="No loans match">
          Search for less. Search covers number, name and borrower.
        </EmptyState>
      }
    />
  );
}
