"use client";

import { Anchor, Button, Group, SegmentedControl, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";

import { useBusinessDate } from "@/api/me";
import { useAddress } from "@/components/address";
import { EmptyState } from "@/components/empty-state";
import { Actor } from "@/components/journal/actor";
import Link from "@/components/link";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { daysBetween, distanceWords } from "@/format/age";
import { date } from "@/format/format";
import { useFormats } from "@/format/formats";

import { type CriticalDate, datesPages } from "./api/dates";
import { DateDeeds } from "./date-deeds";
import { documentPath, KEY_KINDS, KINDS, termWords, windowWords } from "./date-words";
import { StateBadge } from "./state-badge";
import classes from "./loan-dates.module.css";

const WHICH = [
  { value: "key", label: "Key dates" },
  { value: "all", label: "All dates" },
];

/** The timeline of the loan that the address names: what came, where today is, what comes. */
export function LoanDates() {
  const today = useBusinessDate();
  const [search, go] = useAddress();
  const loanId = search.get("id") ?? "";
  const all = search.get("dates") === "all";
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(
    datesPages({ loanId, ...(all ? {} : { kind: [...KEY_KINDS] }) }),
  );
  const dates = data?.pages.flatMap(({ items }) => items);
  const years = dates === undefined ? [] : [...byYear(dates)];
  const next = dates?.find(({ on }) => on >= today)?.id;
  return (
    <Surface
      title="Critical dates"
      actions={
        <SegmentedControl
          size="xs"
          data={WHICH}
          value={all ? "all" : "key"}
          onChange={(which) => go({ dates: which === "all" ? "all" : null })}
          aria-label="Which dates"
        />
      }
    >
      {error !== null && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
      {dates === undefined && error === null && <Skeleton h={240} radius="md" />}
      {dates?.length === 0 && (
        <EmptyState title="No dates">
          Dates follow from the loan’s terms: its maturity, extensions, hedges and phases of prepayment. Its
          documents that expire have one too.
        </EmptyState>
      )}
      <Stack gap="md">
        {years.map(([year, ofYear]) => (
          <div key={year}>
            <Title order={3} size="h5" c="dimmed" mb={4}>
              {year}
            </Title>
            <ol className={classes.dates}>
              {ofYear.map((row) => (
                <DateOnLine key={row.id} row={row} today={today} next={row.id === next} />
              ))}
            </ol>
          </div>
        ))}
        {hasNextPage && (
          <Group justify="center">
            <Button variant="default" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
              Show later dates
            </Button>
          </Group>
        )}
      </Stack>
    </Surface>
  );
}

function byYear(dates: readonly CriticalDate[]): Map<string, CriticalDate[]> {
  const years = new Map<string, CriticalDate[]>();
  for (const row of dates) {
    const year = row.on.slice(0, 4);
    years.set(year, [...(years.get(year) ?? []), row]);
  }
  return years;
}

/** A date with all that is known of it; above the next one stands where today is. */
function DateOnLine({ row, today, next }: { row: CriticalDate; today: string; next: boolean }) {
  const formats = useFormats();
  const window = windowWords(row, formats);
  return (
    <li className={classes.date} data-state={row.state} data-next={next || undefined}>
      <div>
        <Text size="sm" fw={600}>
          {date(row.on, formats)}
        </Text>
        <Text size="xs" c="dimmed">
          {distanceWords(daysBetween(today, row.on), formats)}
        </Text>
      </div>
      <Stack gap={2} miw={0} style={{ overflowWrap: "anywhere" }}>
        <Group gap="xs">
          <Text size="sm" fw={600}>
            {KINDS[row.kind]}
          </Text>
          <StateBadge of={row} />
          {next && (
            <Text size="xs" c="dimmed">
              Next
            </Text>
          )}
        </Group>
        {row.document !== null && (
          <Anchor component={Link} href={documentPath(row.document.id)} size="xs">
            {row.document.title}
          </Anchor>
        )}
        {window !== null && <Text size="xs">Window {window}</Text>}
        {row.assignee !== null && (
          <Text size="xs">
            Assigned to <Actor id={row.assignee} />
          </Text>
        )}
        {row.formerAssignee !== null && (
          <Text size="xs" c="dimmed">
            Handed back: was assigned to <Actor id={row.formerAssignee} />, who was removed
          </Text>
        )}
        {row.evidence !== null && (
          <Text size="xs" style={{ whiteSpace: "pre-wrap" }}>
            {row.state === "waived" ? "Reason: " : "Evidence: "}
            {row.evidence}
          </Text>
        )}
        {row.settledBy !== null && (
          <Text size="xs" c="dimmed">
            {row.state === "waived" ? "Waived by " : "Settled by "}
            <Actor id={row.settledBy} />
          </Text>
        )}
        {row.document === null && (
          <Text size="xs" c="dimmed">
            From: {termWords(row.computedFrom)}
          </Text>
        )}
      </Stack>
      <DateDeeds row={row} />
    </li>
  );
}
