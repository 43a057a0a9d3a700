"use client";

import { ActionIcon, Anchor, Stack, Table, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconChevronDown, IconChevronRight } from "@tabler/icons-react";
import Link from "@/components/link";
import { memo } from "react";

import { date } from "@/format/format";
import { useFormats } from "@/format/formats";

import { LoanOutcome } from "../reconciliation/loan-outcome";
import type { Names } from "../records/field-words";
import { loanHref } from "../records/use-loan-address";
import type { ImportRow } from "./api/imports";
import { ImportRowDetails } from "./import-row-details";
import { ImportBadge } from "./import-state-badge";
import { OUTCOME_WORDS, PREVIEW_WORDS } from "./import-words";

/**
 * A row of a tape: what became of it, and on demand what it says, field by field. `made` names what a dry run would
 * make; `gone` says that the import was undone.
 */
export const ImportRowLines = memo(function ImportRowLines({
  row,
  importId,
  made,
  gone,
  opened: initially,
}: {
  row: ImportRow;
  importId: string;
  made: Names | null;
  gone: boolean;
  opened: boolean;
}) {
  const formats = useFormats();
  const [opened, { toggle }] = useDisclosure(initially);
  const { label, tone } = (made === null ? OUTCOME_WORDS : PREVIEW_WORDS)[row.outcome];
  const number = row.number ?? `Row ${row.row}`;
  const linked = row.loanId !== undefined && !(row.outcome === "created" && (made !== null || gone));
  const changed = (row.changes?.length ?? 0) > 0;
  // An import keeps no list of what it did to loans that were not there before: it is all that the file says of them.
  const created =
    row.outcome === "created" && row.loanId !== undefined && linked && !changed
      ? { loanId: row.loanId, importId }
      : null;
  const hasMore =
    changed ||
    created !== null ||
    (row.problems?.length ?? 0) + (row.warnings?.length ?? 0) > 0 ||
    row.reconciliation !== undefined;
  return (
    <>
      <Table.Tr>
        <Table.Td>
          {hasMore && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={26}
              onClick={toggle}
              aria-expanded={opened}
              aria-label={`Details of ${number}`}
            >
              {opened ? (
                <IconChevronDown size={16} aria-hidden />
              ) : (
                <IconChevronRight size={16} aria-hidden />
              )}
            </ActionIcon>
          )}
        </Table.Td>
        <Table.Th scope="row" fw={500} style={{ whiteSpace: "nowrap" }}>
          {linked ? (
            <Anchor component={Link} href={loanHref({ id: row.loanId ?? "" })} inherit>
              {number}
            </Anchor>
          ) : (
            number
          )}
        </Table.Th>
        <Table.Td maw={280}>
          <Text size="sm" truncate title={row.name}>
            {row.name ?? "–"}
          </Text>
        </Table.Td>
        <Table.Td style={{ whiteSpace: "nowrap" }}>{date(row.periodEnd, formats)}</Table.Td>
        <Table.Td>
          <Stack gap={0} align="flex-start">
            <ImportBadge label={label} tone={tone} />
            {row.warnings !== undefined && row.warnings.length > 0 && (
              <Text size="xs" c="dimmed">
                a cell left out
              </Text>
            )}
            {row.historyOnly && (
              <Text size="xs" c="dimmed">
                history only
              </Text>
            )}
          </Stack>
        </Table.Td>
        <Table.Td>
          {row.reconciliation === undefined ? "–" : <LoanOutcome outcome={row.reconciliation.outcome} />}
        </Table.Td>
      </Table.Tr>
      {opened && hasMore && (
        <Table.Tr>
          <Table.Td />
          <Table.Td colSpan={5}>
            <ImportRowDetails row={row} made={made} created={created} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  );
});
