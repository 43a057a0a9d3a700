"use client";

import { Button, Group, List, Skeleton, Stack, Text } from "@mantine/core";
import { IconArrowRight } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import Link from "@/components/link";
import type { ReactNode } from "react";

import type { Schemas } from "@/api/client";
import { Amount } from "@/components/amount";
import { ProblemNotice } from "@/components/problem-notice";
import { moneyCell } from "@/components/table/cells";
import { useRows } from "@/components/table/pages";
import { count, percent, rate, ratio } from "@/format/format";
import { useFormats } from "@/format/formats";

import { loansWords } from "../figures/figure-details";
import type { FigureName } from "../figures/figure-words";
import { type Filters, narrowed, settingOf } from "../filters/filters";
import { loanLines, type Listed, loanTotalsQuery } from "../loan-lines/api/loan-lines";
import classes from "../loan-lines/loan-lines.module.css";
import { loansAddress, STANDARD_ORDER } from "../loan-lines/loans-table-address";
import { LoansBehindTable } from "./loans-behind-table";

/** The loans somebody wants to see: those behind a figure, a bar or a slice, or those a figure leaves out. */
export interface Wanted {
  readonly title: string;
  /** The filters of the part, beside those of the page. */
  readonly part?: Filters;
  readonly figure?: FigureName;
  readonly leftOut?: boolean;
  /** Why they are left out. */
  readonly reasons?: readonly Schemas["LeftOutReason"][];
}

/** The loans behind something: what they come to, and each of them. */
export function LoansBehind({ wanted, filters }: { wanted: Wanted; filters: Filters }) {
  const { title, part = {}, figure, leftOut, reasons = [] } = wanted;
  const listed: Listed = {
    ...narrowed(filters, part),
    ...(figure !== undefined && { figure, ...(leftOut && { leftOut: true as const }) }),
  };
  const formats = useFormats();
  const list = useRows(loanLines(listed, STANDARD_ORDER));
  const { data: totals } = useQuery(loanTotalsQuery(listed));
  const allocated = settingOf(filters, "measure") === "allocated";
  const partly = totals !== undefined && totals.matchedBalance !== totals.wholeBalance;
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-start">
        <dl className={classes.totals}>
          <Total name="Loans">{list.total === null ? null : count(list.total, formats)}</Total>
          <Total name={partly && allocated ? "Allocated balance" : "Outstanding"}>
            {totals && moneyCell(totals.outstanding.value, formats)}
          </Total>
          {partly && (
            <Total name={allocated ? "Whole loans" : "Allocated balance"}>
              {moneyCell(allocated ? totals.wholeBalance : totals.matchedBalance, formats)}
            </Total>
          )}
          <Total name="Weighted average rate">{totals && rate(totals.weightedRate.value, formats)}</Total>
          <Total name="DSCR (NOI)">{totals && ratio(totals.dscr.value, formats)}</Total>
          <Total name="Loan to value">{totals && percent(totals.ltv.value, formats)}</Total>
        </dl>
        <Button
          component={Link}
          href={loansAddress(listed)}
          size="compact-sm"
          variant="light"
          rightSection={<IconArrowRight size={14} aria-hidden />}
        >
          Open in loans
        </Button>
      </Group>
      {reasons.length > 0 && (
        <List size="sm" aria-label="Why they are not included">
          {reasons.map(({ reason, count: loans, balance }) => (
            <List.Item key={reason}>
              {`${reason}: ${loansWords(loans, formats)}, `}
              <Amount value={balance} />
            </List.Item>
          ))}
        </List>
      )}
      {list.error && list.rows.length === 0 && <ProblemNotice problem={list.error} onRetry={list.retry} />}
      {list.pending && !list.error && <Skeleton h={320} />}
      {!list.pending && list.rows.length === 0 && <Text c="dimmed">No loans match.</Text>}
      {list.rows.length > 0 && (
        <LoansBehindTable lines={list.rows} label={title} source={settingOf(filters, "source")} />
      )}
      {!list.pending && list.more && (
        <Button variant="default" onClick={list.fetchMore} loading={list.fetching}>
          {list.total === null
            ? "Show more"
            : `Show more (${count(list.rows.length, formats)} of ${loansWords(list.total, formats)})`}
        </Button>
      )}
    </Stack>
  );
}

function Total({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children ?? <Skeleton h="1em" w={64} />}</dd>
    </div>
  );
}
