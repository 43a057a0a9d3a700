"use client";

import { Anchor, Table, Text } from "@mantine/core";
import Link from "@/components/link";

import { moneyCell } from "@/components/table/cells";
import { type Formats, rate, shortNumber } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { LoanLine } from "./api/loan-lines";
import classes from "./loan-lines.module.css";
import { Maturity } from "./maturity";

/** What `matchedBalance` is, for titles. */
export const MATCHED = "Balance allocated to the properties that match the filters";

/** Whether properties were asked for and some loan has others, too: then the part allocated to them counts. */
export const isPartly = (lines: readonly LoanLine[]): boolean =>
  lines.some(({ balance, matchedBalance }) => matchedBalance !== balance);

/** A few loans, one a line, leading to them: where there is little room; `halved` where paper has half its width for them. */
export function LoanLines({
  lines,
  label,
  halved = false,
}: {
  lines: readonly LoanLine[];
  label: string;
  halved?: boolean;
}) {
  const formats = useFormats();
  const partly = isPartly(lines);
  if (lines.length === 0) return <Text c="dimmed">No loans match.</Text>;
  return (
    <Table
      aria-label={label}
      className={halved ? classes.halved : undefined}
      verticalSpacing={4}
      horizontalSpacing="xs"
      highlightOnHover
      fz="sm"
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Loan</Table.Th>
          <Table.Th scope="col" ta="end">
            Balance
            {partly && (
              <Text size="xs" c="dimmed" title={MATCHED}>
                allocated
              </Text>
            )}
          </Table.Th>
          <Table.Th scope="col" ta="end" className={classes.apart}>
            Rate
          </Table.Th>
          <Table.Th scope="col" ta="end" className={classes.apart}>
            Maturity
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {lines.map((line) => (
          <Line key={line.loanId} line={line} partly={partly} formats={formats} />
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Line({ line, partly, formats }: { line: LoanLine; partly: boolean; formats: Formats }) {
  const { number, lender } = line;
  const under = (shown: string) => (lender?.name == null ? shown : `${shown} · ${lender.name}`);
  return (
    <Table.Tr>
      <Table.Th scope="row" className={classes.loan}>
        <Anchor
          component={Link}
          href={`/loan/?id=${line.loanId}`}
          prefetch={false}
          fz="sm"
          className={classes.link}
          title={line.name}
        >
          <bdi>{line.name}</bdi>
        </Anchor>
        <Text size="xs" c="dimmed" truncate className={classes.under} title={under(number)}>
          {under(shortNumber(number))}
        </Text>
      </Table.Th>
      <Table.Td ta="end">
        {moneyCell(line.balance, formats)}
        {partly && (
          <Text size="xs" c="dimmed" title={MATCHED}>
            {moneyCell(line.matchedBalance, formats)}
          </Text>
        )}
        <Text size="xs" c="dimmed" className={`${classes.together} ${classes.day}`}>
          {rate(line.rate, formats)} · <Maturity line={line} formats={formats} small />
        </Text>
      </Table.Td>
      <Table.Td ta="end" className={classes.apart}>
        {rate(line.rate, formats)}
      </Table.Td>
      <Table.Td ta="end" className={`${classes.apart} ${classes.day}`}>
        <Maturity line={line} formats={formats} small />
      </Table.Td>
    </Table.Tr>
  );
}
