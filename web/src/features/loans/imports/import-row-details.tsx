"use client";

import { List, Stack, Table, Text } from "@mantine/core";

import { useFormats } from "@/format/formats";

import { referencesIn, useNames } from "../records/api/names";
import type { Names } from "../records/field-words";
import type { ImportRow } from "./api/imports";
import { changeGroups, type ChangeLine } from "./import-changes";
import { ImportRowPeriod } from "./import-row-period";
import { ImportRowSources } from "./import-row-sources";

/**
 * Why a row was refused, or what it changes, field by field, old and new; of the loan that it `created` what it got.
 */
export function ImportRowDetails({
  row,
  made,
  created,
}: {
  row: ImportRow;
  made: Names | null;
  created: { readonly loanId: string; readonly importId: string } | null;
}) {
  const formats = useFormats();
  const references = (row.changes ?? [])
    .flatMap(({ field, before, after }) => [...referencesIn(before, field), ...referencesIn(after, field)])
    .filter(({ id }) => made?.has(id) !== true);
  const names = new Map([...(made ?? []), ...useNames(references)]);
  const groups = changeGroups(row, formats, names);
  return (
    <Stack gap="sm" py="xs">
      <Problems problems={row.problems ?? []} />
      <Problems problems={row.warnings ?? []} leftOut />
      {row.reconciliation !== undefined && <ImportRowPeriod period={row.reconciliation} />}
      {created !== null && <ImportRowSources {...created} />}
      {groups.map(({ subject, lines }) => (
        <Table key={subject} withTableBorder verticalSpacing={3} aria-label={subject} layout="fixed">
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col" w="34%">
                {subject}
              </Table.Th>
              {row.outcome === "updated" && <Table.Th scope="col">Old</Table.Th>}
              <Table.Th scope="col">{row.outcome === "updated" ? "New" : "Value"}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {lines.map((line) => (
              <Table.Tr key={line.label}>
                <Table.Td>{line.label}</Table.Td>
                {row.outcome === "updated" && <Value of={line.before} faint />}
                <Value of={line.after} />
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      ))}
    </Stack>
  );
}

function Problems({
  problems,
  leftOut = false,
}: {
  problems: NonNullable<ImportRow["problems"]>;
  leftOut?: boolean;
}) {
  if (problems.length === 0) return null;
  return (
    <List size="sm" spacing={4}>
      {problems.map(({ line, field, value, reason }, index) => (
        <List.Item key={index} style={{ overflowWrap: "anywhere" }}>
          {leftOut && "Left out: "}
          <b>{field ?? "The row"}</b>
          {value !== undefined && value !== "" && ` “${value}”`}
          {`: ${reason} `}
          <Text span size="xs" c="dimmed">{`(line ${line})`}</Text>
        </List.Item>
      ))}
    </List>
  );
}

function Value({ of, faint = false }: { of: ChangeLine["after"]; faint?: boolean }) {
  return (
    <Table.Td c={faint ? "dimmed" : undefined} style={{ overflowWrap: "anywhere" }}>
      {of.map((text, index) => (
        <Text key={index} size="sm" inherit className="amount" component="div">
          {text}
        </Text>
      ))}
    </Table.Td>
  );
}
