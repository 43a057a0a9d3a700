"use client";

import { Table, Text } from "@mantine/core";

import type { Schemas } from "@/api/client";
import { Amount } from "@/components/amount";
import { count } from "@/format/format";
import { useFormats } from "@/format/formats";

import classes from "./exposure.module.css";

/** What matures in each year, as a table whose bars show the share. */
export function ExposureMaturities({ buckets }: { buckets: readonly Schemas["Bucket"][] }) {
  const formats = useFormats();
  if (buckets.length === 0) return null;
  return (
    <div>
      <Text size="sm" fw={600} mb={4}>
        Maturities
      </Text>
      <Table
        aria-label="Maturities by year"
        fz="sm"
        verticalSpacing={3}
        layout="fixed"
        className={classes.maturities}
      >
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col" w={{ base: 60, sm: 84 }}>
              Year
            </Table.Th>
            <Table.Th scope="col" aria-label="At a glance" />
            <Table.Th scope="col" w={{ base: 124, sm: 150 }} ta="end">
              Balance
            </Table.Th>
            <Table.Th scope="col" w={{ base: 46, sm: 64 }} ta="end">
              Loans
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {buckets.map(({ key, past, balance, loans, share }) => (
            <Table.Tr key={key}>
              <Table.Th scope="row" fw={500}>
                {past ? `${key}, past maturity` : key}
              </Table.Th>
              <Table.Td>
                <span
                  aria-hidden
                  className={classes.bar}
                  data-past={past || undefined}
                  style={{ width: `${Number(share ?? 0) * 100}%` }}
                />
              </Table.Td>
              <Table.Td ta="end">
                <Amount value={balance} />
              </Table.Td>
              <Table.Td ta="end">{count(loans, formats)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
