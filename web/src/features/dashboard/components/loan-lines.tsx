"use client";

import { Anchor, Table, Text } from "@mantine/core";
import Link from "next/link";

import { moneyCell } from "@/components/table/cells";
import { date, type Formats, percent, ratio, word } from "@/lib/format/format";
import { useFormats } from "@/lib/format/formats";

import type { LoanLine } from "../api/loans-table";
import classes from "./loan-lines.module.css";

/**
 * Some loans, one a line, leading to them; `wide` has room for more of each. Where properties were asked for, the part
 * of a balance that is allocated to them stands beside it.
 */
export function LoanLines({
  lines,
  label,
  wide = false,
}: {
  lines: readonly LoanLine[];
  label: string;
  wide?: boolean;
}) {
  const formats = useFormats();
  const matched = lines.some(({ balance, matchedBalance }) => matchedBalance !== balance);
  return (
    <Table.ScrollContainer minWidth={wide ? 640 : 400} type="native">
      <Table aria-label={label} verticalSpacing={4} horizontalSpacing="xs" highlightOnHover fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Loan</Table.Th>
            <Table.Th scope="col" ta="end">
              Balance
            </Table.Th>
            {wide && matched && (
              <Table.Th scope="col" ta="end" title="The part allocated to properties that match the filters">
                Matched
              </Table.Th>
            )}
            <Table.Th scope="col" ta="end">
              Rate
            </Table.Th>
            <Table.Th scope="col" ta="end">
              Maturity
            </Table.Th>
            {wide && (
              <>
                <Table.Th scope="col" ta="end">
                  DSCR
                </Table.Th>
                <Table.Th scope="col" ta="end">
                  LTV
                </Table.Th>
                <Table.Th scope="col">Status</Table.Th>
              </>
            )}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line) => (
            <Line key={line.loanId} line={line} matched={matched} wide={wide} formats={formats} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Line({
  line,
  matched,
  wide,
  formats,
}: {
  line: LoanLine;
  matched: boolean;
  wide: boolean;
  formats: Formats;
}) {
  const gaps = line.gaps.join("; ") || undefined;
  return (
    <Table.Tr>
      <Table.Th scope="row" className={classes.loan}>
        <Anchor
          component={Link}
          href={`/loan/?id=${line.loanId}`}
          prefetch={false}
          fz="sm"
          className={classes.link}
          title={`${line.number} ${line.name}`}
        >
          {wide && `${line.number} `}
          <bdi>{line.name}</bdi>
        </Anchor>
        {!wide && (
          <Text size="xs" c="dimmed" truncate title={line.lender?.name ?? undefined}>
            {line.number}
            {line.lender?.name != null && ` · ${line.lender.name}`}
          </Text>
        )}
      </Table.Th>
      <Table.Td ta="end">
        {moneyCell(line.balance, formats)}
        {!wide && matched && (
          <Text size="xs" c="dimmed" title="The part allocated to properties that match the filters">
            {moneyCell(line.matchedBalance, formats)} matched
          </Text>
        )}
      </Table.Td>
      {wide && matched && <Table.Td ta="end">{moneyCell(line.matchedBalance, formats)}</Table.Td>}
      <Table.Td ta="end">{percent(line.rate, formats)}</Table.Td>
      <Table.Td ta="end" className={classes.day}>
        {date(line.maturityDate, formats)}
      </Table.Td>
      {wide && (
        <>
          <Table.Td ta="end" title={gaps}>
            {line.dscr === null && line.reportedDscr !== null ? (
              <>
                <small>reported</small> {ratio(line.reportedDscr, formats)}
              </>
            ) : (
              ratio(line.dscr, formats)
            )}
          </Table.Td>
          <Table.Td ta="end" title={gaps}>
            {percent(line.ltv, formats, 1)}
          </Table.Td>
          <Table.Td className={classes.day}>{word(line.status)}</Table.Td>
        </>
      )}
    </Table.Tr>
  );
}
