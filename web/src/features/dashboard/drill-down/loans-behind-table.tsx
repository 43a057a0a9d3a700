"use client";

import { Table } from "@mantine/core";

import { StatusDot } from "@/components/loan-status";
import { moneyCell } from "@/components/table/cells";
import { type Formats, percent, rate } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { SettingValue } from "../filters/filters";
import type { LoanLine } from "../loan-lines/api/loan-lines";
import { Dscr } from "../loan-lines/dscr";
import { isPartly, MATCHED } from "../loan-lines/loan-lines";
import classes from "../loan-lines/loan-lines.module.css";
import { LoanName } from "../loan-lines/loan-name";
import { Maturity } from "../loan-lines/maturity";
import { ratioWords } from "../loan-lines/ratio-words";

/** Loans with what they are judged by; where properties were asked for, with the part allocated to them. */
export function LoansBehindTable({
  lines,
  label,
  source,
}: {
  lines: readonly LoanLine[];
  label: string;
  source: SettingValue<"source">;
}) {
  const formats = useFormats();
  const partly = isPartly(lines);
  return (
    <Table.ScrollContainer minWidth={680} type="native">
      <Table aria-label={label} verticalSpacing={4} horizontalSpacing="xs" highlightOnHover fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Loan</Table.Th>
            <Table.Th scope="col" ta="end">
              Balance
            </Table.Th>
            {partly && (
              <Table.Th scope="col" ta="end" title={MATCHED}>
                Allocated
              </Table.Th>
            )}
            {["Rate", "Maturity", "DSCR", "LTV"].map((head) => (
              <Table.Th scope="col" ta="end" key={head}>
                {head}
              </Table.Th>
            ))}
            <Table.Th scope="col">Status</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lines.map((line) => (
            <Line key={line.loanId} line={line} partly={partly} source={source} formats={formats} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Line({
  line,
  partly,
  source,
  formats,
}: {
  line: LoanLine;
  partly: boolean;
  source: SettingValue<"source">;
  formats: Formats;
}) {
  const about = (value: string | null) => ratioWords(line, value, formats) ?? undefined;
  return (
    <Table.Tr>
      <LoanName line={line} />
      <Table.Td ta="end">{moneyCell(line.balance, formats)}</Table.Td>
      {partly && <Table.Td ta="end">{moneyCell(line.matchedBalance, formats)}</Table.Td>}
      <Table.Td ta="end">{rate(line.rate, formats)}</Table.Td>
      <Table.Td ta="end" className={classes.day}>
        <Maturity line={line} formats={formats} />
      </Table.Td>
      <Table.Td ta="end" title={about(line.dscr)}>
        <Dscr line={line} source={source} formats={formats} />
      </Table.Td>
      <Table.Td ta="end" title={about(line.ltv)}>
        {percent(line.ltv, formats)}
      </Table.Td>
      <Table.Td className={classes.day}>
        <StatusDot status={line.status} pastMaturity={line.pastMaturity} />
      </Table.Td>
    </Table.Tr>
  );
}
