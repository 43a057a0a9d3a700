"use client";

import { Table, Text } from "@mantine/core";
import type { ReactNode } from "react";

import { Amount } from "@/components/amount";
import { Surface } from "@/components/surface";
import { count, exactRate } from "@/format/format";
import { useFormats } from "@/format/formats";

import type { Import } from "./api/imports";
import classes from "./portfolio-change.module.css";

/** What the whole portfolio came to before the import and after it; nothing of an import that is older than these. */
export function PortfolioChange({ work }: { work: Import }) {
  const formats = useFormats();
  const { before, after } = work;
  if (before === null || after === null) return null;
  const more = (change: number) => `${signed(String(change))}${count(change, formats)}`;
  const rows: readonly { name: string; before: ReactNode; after: ReactNode; change: ReactNode }[] = [
    {
      name: "Outstanding loans",
      before: count(before.loans, formats),
      after: count(after.loans, formats),
      change: more(after.loans - before.loans),
    },
    {
      name: "Properties",
      before: count(before.properties, formats),
      after: count(after.properties, formats),
      change: more(after.properties - before.properties),
    },
    {
      name: "Outstanding balance",
      before: <Amount value={before.balance} />,
      after: <Amount value={after.balance} />,
      change: work.balanceChange !== null && (
        <>
          {signed(work.balanceChange)}
          <Amount value={work.balanceChange} />
        </>
      ),
    },
    {
      name: "Weighted average rate",
      before: exactRate(before.weightedRate, formats),
      after: exactRate(after.weightedRate, formats),
      change: null,
    },
  ];
  return (
    <Surface title={work.dryRun ? "Portfolio before and after importing" : "Portfolio before and after"}>
      <Table
        aria-label="Portfolio before and after"
        className={classes.sums}
        withRowBorders={false}
        verticalSpacing={4}
        fz={{ base: "xs", sm: "sm" }}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Td />
            <Table.Th scope="col">Before</Table.Th>
            <Table.Th scope="col">After</Table.Th>
            <Table.Th scope="col" visibleFrom="sm">
              Change
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(({ name, before: was, after: is, change }) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td>{was}</Table.Td>
              <Table.Td>
                {is}
                <Text component="span" display="block" size="xs" c="dimmed" hiddenFrom="sm">
                  {change}
                </Text>
              </Table.Td>
              <Table.Td visibleFrom="sm">{change}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed" mt="xs">
        {`As it was at this ${work.dryRun ? "dry run" : "import"}. The average rate is weighted by balance.`}
      </Text>
    </Surface>
  );
}

/** A plus before what is more; a minus is there already. */
export const signed = (change: string): string => (/^[^-]*[1-9]/.test(change) ? "+" : "");
