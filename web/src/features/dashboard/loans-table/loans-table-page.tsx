"use client";

import { Button, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconFileImport, IconPlus, IconTrash } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import Link from "@/components/link";
import { useSearchParams } from "next/navigation";
import { type ReactNode, useMemo, useState } from "react";

import { useMay } from "@/api/me";
import { isAway } from "@/api/problem";
import { writeSearch } from "@/components/address";
import { EmptyState } from "@/components/empty-state";
import { Page } from "@/components/page";
import { DataTable } from "@/components/table/data-table";
import { useRows } from "@/components/table/pages";
import { useSelection } from "@/components/table/use-selection";
import { count } from "@/format/format";
import { useFormats } from "@/format/formats";

import { FilterBar } from "../filters/filter-bar";
import { settingOf } from "../filters/filters";
import { FirstRun } from "../first-run/first-run";
import {
  chosenTotalsQuery,
  exportPath,
  loanLines,
  loanTotalsQuery,
  type LoanLine,
  MOST_CHOSEN,
} from "../loan-lines/api/loan-lines";
import { isNarrowed, listedFromSearch, STANDARD_ORDER } from "../loan-lines/loans-table-address";
import { ViewsMenu } from "../views/views-menu";
import { RolledNote } from "../figures/rolled-note";
import { loanColumns } from "./loans-table-columns";
import { LoansTableDelete } from "./loans-table-delete";
import { LoansTableExport } from "./loans-table-export";
import { LoansTableScope } from "./loans-table-scope";
import { LoansTableSearch } from "./loans-table-search";
import { plural, totalsOf } from "./loans-table-totals";

const PAUSE = 150;

const idOf = (line: LoanLine) => line.loanId;
const nameOf = (line: LoanLine) => `loan ${line.number}`;
const linkOf = (line: LoanLine) => `/loan/?id=${encodeURIComponent(line.loanId)}`;

/**
 * All loans, or those that filters, words or a figure select. `recorded` are the loans without figures, from whoever keeps
 * them, for while the figures cannot be reached.
 */
export function LoansTablePage({ recorded }: { recorded: ReactNode }) {
  const search = useSearchParams();
  const { listed, order } = useMemo(() => listedFromSearch(new URLSearchParams(search)), [search]);
  const view = JSON.stringify(listed);
  const source = settingOf(listed, "source");
  const columns = useMemo(() => loanColumns(source), [source]);
  const formats = useFormats();
  const mayWrite = useMay("portfolio.write");
  const mayImport = useMay("tape.import");
  const mayDelete = useMay("portfolio.delete");
  const [deleting, setDeleting] = useState<readonly LoanLine[] | null>(null);

  const list = useRows(loanLines(listed, order));
  const totals = useQuery(loanTotalsQuery(listed));
  const selection = useSelection(view);
  const [settled] = useDebouncedValue(selection.ids, PAUSE);
  const chosen = useMemo(() => [...settled], [settled]);
  const tooMany = selection.ids.size > MOST_CHOSEN;
  const ofChosen = useQuery({
    ...chosenTotalsQuery(listed, chosen),
    enabled: chosen.length > 0 && chosen.length <= MOST_CHOSEN,
  });

  const lines = [];
  if (selection.ids.size > 0) {
    // Figures stand beside the number of loans that they are of, also while those of the next choice are on their way.
    const known = tooMany || settled.size === 0 ? undefined : ofChosen.data;
    const label = `Selected: ${count(known?.count ?? selection.ids.size, formats)}`;
    const why = tooMany
      ? `Totals of up to ${count(MOST_CHOSEN, formats)}`
      : (ofChosen.error?.message ?? null);
    lines.push(
      known === undefined
        ? { id: "selected", label, cells: { number: why } }
        : totalsOf(known, formats, { id: "selected", label, listed: null }),
    );
  }
  if (totals.data !== undefined) {
    lines.push(
      totalsOf(totals.data, formats, { id: "all", label: plural(totals.data.count, formats), listed }),
    );
  }

  const [first] = selection.ids;
  if (list.pending && isAway(list.error)) {
    return (
      <Page
        title="Loans"
        subtitle="As recorded. Ratios, filters and totals come back with the figures."
        actions={
          mayWrite && (
            <Button
              component={Link}
              href="/loan/new/"
              size="xs"
              leftSection={<IconPlus size={16} aria-hidden />}
            >
              New loan
            </Button>
          )
        }
      >
        {recorded}
      </Page>
    );
  }
  if (!list.pending && !list.stale && list.rows.length === 0 && list.error === null && !isNarrowed(listed)) {
    return (
      <Page title="Loans">
        <FirstRun />
      </Page>
    );
  }
  return (
    <Page
      title="Loans"
      actions={
        <>
          <LoansTableExport
            path={exportPath(listed, order)}
            label="Export CSV"
            reason={list.rows.length === 0 ? "Nothing to export" : null}
          />
          {mayImport && (
            <Button
              component={Link}
              href="/import/new/"
              size="xs"
              variant="default"
              leftSection={<IconFileImport size={16} aria-hidden />}
            >
              Import a tape
            </Button>
          )}
          {mayWrite && (
            <Button
              component={Link}
              href="/loan/new/"
              size="xs"
              leftSection={<IconPlus size={16} aria-hidden />}
            >
              New loan
            </Button>
          )}
        </>
      }
    >
      <FilterBar>
        <ViewsMenu page="loans" />
      </FilterBar>
      {totals.data?.rolled != null && (
        <RolledNote rolled={totals.data.rolled} on={totals.data.businessDate} />
      )}
      {listed.q !== undefined && <Text size="sm" className="print-only">{`Search: ${listed.q}`}</Text>}
      {listed.figure !== undefined && <LoansTableScope listed={listed} figure={listed.figure} />}
      <DataTable
        id="loans"
        label="Loans"
        columns={columns}
        list={list}
        rowId={idOf}
        rowName={nameOf}
        rowLink={linkOf}
        order={order}
        onOrder={(next) => writeSearch({ order: next === STANDARD_ORDER ? null : next })}
        selection={selection}
        view={view + order}
        totals={lines}
        toolbar={
          <>
            <LoansTableSearch words={listed.q ?? ""} />
            {totals.data !== undefined && (
              <Text size="sm" c="dimmed" truncate visibleFrom="xs">
                {plural(totals.data.count, formats)}
              </Text>
            )}
          </>
        }
        actions={
          <>
            {selection.ids.size === 1 && first !== undefined && (
              <Button component={Link} href={`/loan/?id=${first}`} size="compact-sm" variant="default">
                Open
              </Button>
            )}
            <LoansTableExport
              compact
              path={exportPath(listed, order)}
              chosen={selection.ids}
              label="Export selected"
              reason={
                tooMany ? `Select up to ${count(MOST_CHOSEN, formats)} loans, or filter and export all` : null
              }
            />
            {mayDelete && (
              <Button
                size="compact-sm"
                color="red"
                variant="light"
                leftSection={<IconTrash size={16} aria-hidden />}
                onClick={() => setDeleting(list.rows.filter(({ loanId }) => selection.ids.has(loanId)))}
              >
                Delete
              </Button>
            )}
          </>
        }
        empty={
          <EmptyState
            title="No loans match"
            actions={
              <Button variant="default" component={Link} href="/loans/" replace>
                Show all loans
              </Button>
            }
          >
            Remove a filter, or search for less. Search covers number, name, borrower and lender.
          </EmptyState>
        }
      />
      {deleting !== null && (
        <LoansTableDelete loans={deleting} onDone={selection.clear} onClose={() => setDeleting(null)} />
      )}
    </Page>
  );
}
