"use client";

import { Group, Skeleton, Stack, Table, Text, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useSearchParams } from "next/navigation";

import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { count, date, counted } from "@/format/format";
import { useFormats } from "@/format/formats";

import { RECONCILED } from "../reconciliation/reconciliation-words";
import { TapeConventions } from "../reconciliation/tape-conventions";
import { TapeCounts } from "../reconciliation/tape-counts";
import { TapeDifferences } from "../reconciliation/tape-differences";
import { Download } from "@/components/download";
import { dealQuery } from "./api/imports";
import classes from "./tape-deal.module.css";

/** A deal month by month, reported beside computed, and the differences of one month. */
export function TapeDeal({ deal, period }: { deal: string; period: string | undefined }) {
  const formats = useFormats();
  const search = useSearchParams();
  const all = useQuery(dealQuery(deal, undefined));
  const months = all.data?.periods ?? [];
  const shown = months.find((month) => month.period === period)?.period ?? months[0]?.period;
  const one = useQuery({ ...dealQuery(deal, shown), enabled: shown !== undefined });
  const addressOf = (month: string) => {
    const next = new URLSearchParams(search);
    next.set("period", month);
    return `?${next.toString()}`;
  };
  if (all.error !== null) {
    return all.data === undefined ? (
      <ProblemNotice problem={all.error} onRetry={() => void all.refetch()} />
    ) : null;
  }
  if (all.data === undefined) return <Skeleton h={300} radius="md" />;
  return (
    <Stack gap="md">
      <Surface
        title="Monthly reconciliation"
        actions={
          <Download
            path={`/api/v1/reconciliation/export?deal=${encodeURIComponent(deal)}`}
            name={`reconciliation ${deal}.csv`}
          />
        }
      >
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {`${counted(all.data.loans, "loan", "loans", formats)}, ${counted(months.length, "month", "months", formats)}. Choose a month to see its differences.`}
          </Text>
          <Table.ScrollContainer minWidth={640} mah={420}>
            <Table aria-label={`${deal} month by month`} stickyHeader verticalSpacing={4}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th scope="col">Period to</Table.Th>
                  <Table.Th scope="col" aria-label="At a glance" w="30%" />
                  {RECONCILED.map(({ key, label, meaning }) => (
                    <Table.Th key={key} scope="col" ta="end" title={meaning}>
                      {label}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {months.map((month) => (
                  <Table.Tr
                    key={month.period}
                    className={classes.month}
                    data-shown={month.period === shown || undefined}
                  >
                    <Table.Th scope="row" fw={500}>
                      <UnstyledButton
                        fz="sm"
                        className={classes.choose}
                        aria-pressed={month.period === shown}
                        // The page is the same file whatever it shows, so the router has nothing to fetch.
                        onClick={() => window.history.replaceState(null, "", addressOf(month.period))}
                      >
                        {date(month.period, formats)}
                      </UnstyledButton>
                    </Table.Th>
                    <Table.Td>
                      <TapeCounts counts={month.counts} compact />
                    </Table.Td>
                    {RECONCILED.map(({ key }) => (
                      <Table.Td key={key} ta="end" c={month.counts[key] === 0 ? "dimmed" : undefined}>
                        {count(month.counts[key], formats)}
                      </Table.Td>
                    ))}
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Stack>
      </Surface>
      {shown !== undefined && (
        <Surface
          title={`Differences of the period to ${date(shown, formats)}`}
          actions={
            <Download
              path={`/api/v1/reconciliation/export?deal=${encodeURIComponent(deal)}&period=${shown}`}
              name={`reconciliation ${deal} ${shown}.csv`}
            />
          }
        >
          {one.error !== null && <ProblemNotice problem={one.error} onRetry={() => void one.refetch()} />}
          {one.data === undefined && one.error === null && <Skeleton h={120} />}
          {one.data !== undefined && <TapeConventions found={one.data.conventions} />}
          {one.data !== undefined &&
            (one.data.differences.length === 0 ? (
              <Text size="sm">No figure differs in this month.</Text>
            ) : (
              <Stack gap="xs">
                <TapeDifferences differences={one.data.differences} />
                {one.data.differencesTotal > one.data.differences.length && (
                  <Group gap={4}>
                    <Text size="sm" c="dimmed">
                      {`These are ${one.data.differences.length} of ${count(one.data.differencesTotal, formats)}; all of them are in the CSV.`}
                    </Text>
                  </Group>
                )}
              </Stack>
            ))}
        </Surface>
      )}
    </Stack>
  );
}
