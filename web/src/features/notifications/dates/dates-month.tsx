"use client";

import { Button, Group, Stack, Text, VisuallyHidden } from "@mantine/core";
import { Calendar } from "@mantine/dates";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { useBusinessDate } from "@/api/me";
import { useAddress } from "@/components/address";
import { ProblemNotice } from "@/components/problem-notice";
import { Surface } from "@/components/surface";
import { count, date } from "@/format/format";
import { useFormats } from "@/format/formats";

import { type CriticalDate, type DateFilter, daysQuery } from "./api/dates";
import { KEY_KINDS, KINDS, ofWords } from "./date-words";
import { DatesTable } from "./dates-table";
import classes from "./dates-month.module.css";

const SHOWN = 3;

const lastOf = (month: string): string => {
  const [year, place] = [Number(month.slice(0, 4)), Number(month.slice(5, 7))];
  return new Date(Date.UTC(year, place, 0)).toISOString().slice(0, 10);
};

/** The dates of each day; what comes every month stands behind what comes once. */
function groupedByDay(dates: readonly CriticalDate[]): ReadonlyMap<string, readonly CriticalDate[]> {
  const days = new Map<string, CriticalDate[]>();
  const [once, recurring] = [
    dates.filter(({ kind }) => KEY_KINDS.includes(kind)),
    dates.filter(({ kind }) => !KEY_KINDS.includes(kind)),
  ];
  for (const one of [...once, ...recurring]) {
    const ofDay = days.get(one.on);
    if (ofDay === undefined) days.set(one.on, [one]);
    else ofDay.push(one);
  }
  return days;
}

/** A month of dates, and below it the day that is chosen; both are in the address. */
export function DatesMonth({ filter }: { filter: DateFilter }) {
  const today = useBusinessDate();
  const formats = useFormats();
  const [search, go] = useAddress();
  const asked = search.get("month") ?? "";
  const month = /^\d{4}-(0[1-9]|1[0-2])$/.test(asked) ? asked : today.slice(0, 7);
  const chosen = search.get("day");
  const day = chosen !== null && chosen.startsWith(month) ? chosen : null;
  const [first, last] = [`${month}-01`, lastOf(month)];
  const { data, error, refetch } = useQuery(daysQuery({ ...filter, from: first, to: last }));
  const byDay = useMemo(() => groupedByDay(data?.items ?? []), [data]);
  const whole = data === undefined || data.items.length >= data.total;
  // The day on which the last of them is may have more.
  const known = whole ? last : (data.items.at(-1)?.on ?? first);
  return (
    <Stack gap="md">
      {error !== null && <ProblemNotice problem={error} onRetry={() => void refetch()} />}
      {!whole && (
        <Text size="sm" role="status">
          {`This month has ${count(data.total, formats)} dates; they are shown until ${date(known, formats)}. Choose what to see, or a day.`}
        </Text>
      )}
      <Surface>
        <Group justify="flex-end" mb="xs">
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => go({ month: today.slice(0, 7), day: today })}
          >
            Today
          </Button>
        </Group>
        <Calendar
          date={first}
          onDateChange={(shown) => go({ month: shown.slice(0, 7), day: null })}
          maxLevel="year"
          fullWidth
          highlightToday={false}
          hideOutsideDates
          withCellSpacing={false}
          firstDayOfWeek={0}
          ariaLabels={{ previousMonth: "Previous month", nextMonth: "Next month" }}
          classNames={{
            day: classes.day,
            month: classes.month,
            monthCell: classes.cell,
            calendarHeader: classes.header,
          }}
          getDayProps={(on) => ({
            // What it shows is its name.
            "aria-label": undefined,
            "aria-current": on === today ? "date" : undefined,
            selected: on === day,
            "aria-pressed": on === day,
            onClick: () => go({ day: on === day ? null : on }),
          })}
          renderDay={(on) => (
            <DayCell on={on} dates={byDay.get(on) ?? []} known={on <= known} whole={whole || on < known} />
          )}
        />
      </Surface>
      {day !== null && (
        <Surface title={date(day, formats)}>
          <DatesTable filter={{ ...filter, from: day, to: day }} />
        </Surface>
      )}
    </Stack>
  );
}

/** A day of the month: its first dates in words, how many there are. */
function DayCell({
  on,
  dates,
  known,
  whole,
}: {
  on: string;
  dates: readonly CriticalDate[];
  known: boolean;
  whole: boolean;
}) {
  const formats = useFormats();
  const more = dates.length - SHOWN;
  return (
    <>
      <span className={classes.number} aria-hidden>
        {Number(on.slice(8))}
      </span>
      <VisuallyHidden>
        {`${date(on, formats)}: ${!known ? "not shown" : dates.length === 1 ? "1 date" : `${dates.length} dates`}`}
      </VisuallyHidden>
      {dates.slice(0, SHOWN).map((row) => (
        <span key={row.id} className={classes.entry} data-state={row.state}>
          {`${KINDS[row.kind]} · ${ofWords(row)}`}
        </span>
      ))}
      {more > 0 && <span className={classes.more}>{whole ? `+${more} more` : `+${more} and more`}</span>}
      {dates.length > 0 && (
        <span
          className={classes.count}
          data-missed={dates.some(({ state }) => state === "missed")}
          aria-hidden
        >
          {dates.length}
        </span>
      )}
    </>
  );
}
