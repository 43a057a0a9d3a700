"use client";

import { Button, Drawer, Skeleton, Stack, Table, Text } from "@mantine/core";

import { ProblemNotice } from "@/components/problem-notice";
import { moneyCell } from "@/components/table/cells";
import { useRows } from "@/components/table/pages";
import { date, month } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { Filters } from "../filters/filters";
import classes from "../loan-lines/loan-lines.module.css";
import { LoanName } from "../loan-lines/loan-name";
import { forecastLines, type Horizon, type LinesAsked, type LoanForecast } from "./api/forecast";
import { reasonWords } from "./forecast-words";

/** What the drawer of loans is opened for: a month's first day, or those that are left out. */
export type Shown = { readonly month: string } | { readonly leftOut: true };

/** The loans that pay in a month, each with what it pays, or the loans that are left out, each with the reason. */
export function LoansThatPay({
  shown,
  opened,
  onClose,
  filters,
  horizon,
}: {
  shown: Shown | null;
  opened: boolean;
  onClose: () => void;
  filters: Filters;
  horizon: Horizon;
}) {
  const formats = useFormats();
  const title =
    shown === null ? "" : "month" in shown ? `Due in ${month(shown.month, formats)}` : "Loans left out";
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="min(56rem, 100%)"
      title={title}
      styles={{ title: { fontWeight: 650 } }}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {shown !== null && (
        <Lines
          key={title}
          title={title}
          filters={filters}
          horizon={horizon}
          lines={"month" in shown ? { month: shown.month.slice(0, 7) } : shown}
        />
      )}
    </Drawer>
  );
}

function Lines({
  title,
  filters,
  horizon,
  lines,
}: {
  title: string;
  filters: Filters;
  horizon: Horizon;
  lines: LinesAsked;
}) {
  const list = useRows(forecastLines(filters, horizon, lines));
  return (
    <Stack gap="md" aria-busy={list.pending || list.stale}>
      {list.error && list.rows.length === 0 && <ProblemNotice problem={list.error} onRetry={list.retry} />}
      {list.pending && !list.error && <Skeleton h={320} />}
      {!list.pending && list.rows.length === 0 && <Text c="dimmed">No loans match.</Text>}
      {list.rows.length > 0 &&
        ("month" in lines ? (
          <PayingTable rows={list.rows} title={title} />
        ) : (
          <LeftOutTable rows={list.rows} title={title} />
        ))}
      {!list.pending && list.more && (
        <Button variant="default" onClick={list.fetchMore} loading={list.fetching}>
          Show more
        </Button>
      )}
    </Stack>
  );
}

function PayingTable({ rows, title }: { rows: readonly LoanForecast[]; title: string }) {
  const formats = useFormats();
  return (
    <Table.ScrollContainer minWidth={680} type="native">
      <Table aria-label={title} verticalSpacing={4} horizontalSpacing="xs" highlightOnHover fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Loan</Table.Th>
            {["Debt service", "Balloon", "Interest", "Principal", "Maturity"].map((head) => (
              <Table.Th scope="col" ta="end" key={head}>
                {head}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((line) => {
            const due = line.months[0];
            return (
              <Table.Tr key={line.loanId}>
                <LoanName line={line} tab="schedule" remark={line.late ? "late" : undefined} />
                <Table.Td ta="end">{moneyCell(due?.debtService, formats)}</Table.Td>
                <Table.Td ta="end">{moneyCell(due?.balloon, formats)}</Table.Td>
                <Table.Td ta="end" title={due?.projectedInterest === due?.interest ? "Projected" : undefined}>
                  {moneyCell(due?.interest, formats)}
                  {due !== undefined && due.projectedInterest !== "0.00" && (
                    <Text span size="xs" c="dimmed">
                      {" projected"}
                    </Text>
                  )}
                </Table.Td>
                <Table.Td ta="end">{moneyCell(due?.principal, formats)}</Table.Td>
                <Table.Td ta="end" className={classes.day}>
                  {date(line.expectedMaturityDate, formats)}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function LeftOutTable({ rows, title }: { rows: readonly LoanForecast[]; title: string }) {
  const formats = useFormats();
  return (
    <Table aria-label={title} verticalSpacing={4} horizontalSpacing="xs" fz="sm">
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Loan</Table.Th>
          <Table.Th scope="col" ta="end">
            Balance
          </Table.Th>
          <Table.Th scope="col">Reason</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((line) => (
          <Table.Tr key={line.loanId}>
            <LoanName line={line} tab="schedule" remark={line.late ? "late" : undefined} />
            <Table.Td ta="end">{moneyCell(line.balance, formats)}</Table.Td>
            <Table.Td>{reasonWords(line.unknown ?? "", formats)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
