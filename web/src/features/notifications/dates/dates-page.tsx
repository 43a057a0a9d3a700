"use client";

import { Anchor, Button, Group, MultiSelect, Select, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { useMay, useMe } from "@/api/me";
import { EmptyState } from "@/components/empty-state";
import { DateFilter as DayFilter } from "@/components/fields/date-filter";
import Link from "@/components/link";
import { Page } from "@/components/page";
import type { Column } from "@/components/table/column";
import { DataTable } from "@/components/table/data-table";
import { useRows } from "@/components/table/pages";
import { date, UNKNOWN } from "@/format/format";

import { changeDate, type CriticalDate, type DateKind, datesPages, type DateState } from "./api/dates";
import { KINDS, STATES } from "./date-words";

const options = (words: Readonly<Record<string, string>>) =>
  Object.entries(words).map(([value, label]) => ({ value, label }));

const COLUMNS: readonly Column<CriticalDate>[] = [
  { id: "on", header: "Date", width: 120, card: true, cell: ({ on }, formats) => date(on, formats) },
  { id: "kind", header: "What", width: 190, card: true, cell: ({ kind }) => KINDS[kind] },
  {
    id: "loan",
    header: "Loan",
    width: 220,
    grow: true,
    cell: ({ loanId, loanNumber, loanName }) => (
      <Anchor component={Link} href={`/loan/?id=${loanId}`} inherit>{`${loanNumber} · ${loanName}`}</Anchor>
    ),
    title: ({ loanNumber, loanName }) => `${loanNumber} · ${loanName}`,
  },
  {
    id: "window",
    header: "Window",
    width: 210,
    cell: ({ windowFrom, windowTo }, formats) =>
      windowFrom === null && windowTo === null
        ? UNKNOWN
        : `${date(windowFrom, formats)} – ${date(windowTo, formats)}`,
  },
  { id: "state", header: "State", width: 100, card: true, cell: ({ state }) => STATES[state] },
  { id: "deeds", header: "Do", width: 190, card: true, cell: (row) => <Deeds row={row} /> },
];

/** Critical dates of all loans, or of one: what comes when, and what came of it. */
export function DatesPage() {
  const me = useMe().member.id;
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [kind, setKind] = useState<DateKind[]>([]);
  const [state, setState] = useState<DateState[]>(["open", "snoozed", "missed"]);
  const [assignee, setAssignee] = useState<string | null>(null);
  const filter = {
    ...(from === "" ? {} : { from }),
    ...(to === "" ? {} : { to }),
    ...(kind.length === 0 ? {} : { kind }),
    ...(state.length === 0 ? {} : { state }),
    ...(assignee === null ? {} : { assignee }),
  };
  const list = useRows(datesPages(filter));
  return (
    <Page title="Dates" subtitle="Critical dates of every loan, computed from its terms">
      <Group align="flex-end" gap="sm">
        <DayFilter label="From" value={from} onChange={setFrom} w={150} />
        <DayFilter label="To" value={to} onChange={setTo} w={150} />
        <MultiSelect
          label="What"
          data={options(KINDS)}
          value={kind}
          onChange={(value) => setKind(value as DateKind[])}
          placeholder={kind.length === 0 ? "Everything" : undefined}
          clearable
          miw={220}
        />
        <MultiSelect
          label="State"
          data={options(STATES)}
          value={state}
          onChange={(value) => setState(value as DateState[])}
          placeholder={state.length === 0 ? "Any" : undefined}
          clearable
          miw={220}
        />
        <Select
          label="Assigned to"
          data={[
            { value: me, label: "Me" },
            { value: "nobody", label: "Nobody" },
          ]}
          value={assignee}
          onChange={setAssignee}
          placeholder="Anybody"
          clearable
          w={150}
        />
      </Group>
      <DataTable
        id="dates"
        label="Dates"
        columns={COLUMNS}
        list={list}
        rowId={({ id }) => id}
        rowName={({ kind: what, loanNumber }) => `${KINDS[what]} of loan ${loanNumber}`}
        view={JSON.stringify(filter)}
        empty={
          <EmptyState title="No dates match">
            Dates follow from the terms of loans: maturities, payments, resets, extensions, prepayment and
            hedges.
          </EmptyState>
        }
      />
    </Page>
  );
}

function Deeds({ row }: { row: CriticalDate }) {
  const client = useQueryClient();
  const me = useMe().member.id;
  const mayWrite = useMay("portfolio.write");
  const { mutate, isPending } = useMutation({
    mutationFn: (how: Parameters<typeof changeDate>[2]) => changeDate(client, row, how),
    onError: (error) =>
      notifications.show({ color: "red", title: "Not saved", message: error.message, autoClose: false }),
  });
  if (!mayWrite) return <Text size="sm">{UNKNOWN}</Text>;
  const awaited = row.state === "open" || row.state === "snoozed" || row.state === "missed";
  return (
    <Group gap={6} wrap="nowrap">
      <Button
        size="compact-xs"
        variant="default"
        loading={isPending}
        onClick={() => mutate(awaited ? "done" : "reopen")}
      >
        {awaited ? "Done" : "Reopen"}
      </Button>
      <Button
        size="compact-xs"
        variant="default"
        loading={isPending}
        onClick={() => mutate({ assignee: row.assignee === me ? null : me })}
      >
        {row.assignee === me ? "Not mine" : "Take"}
      </Button>
    </Group>
  );
}
