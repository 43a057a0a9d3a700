"use client";

import { Button, Group, Stack, Text } from "@mantine/core";
import { type FormEvent, useState } from "react";

import { DateField } from "@/components/fields/date-field";
import { isDay } from "@/format/parse-date";

/** The date that figures are to be of; it holds once it is applied. */
export function FiguresDate({ on, onChange }: { on: string; onChange: (on: string) => void }) {
  const [day, setDay] = useState(on);
  const apply = (event: FormEvent) => {
    event.preventDefault();
    if (day === "" || isDay(day)) onChange(day);
  };
  return (
    <form onSubmit={apply}>
      <Stack gap="xs" maw={280}>
        <DateField size="xs" label="Figures on" value={day} onChange={setDay} data-autofocus />
        <Text size="xs" c="dimmed">
          A balance reported more than a month before that date is rolled forward to it by the loan’s
          schedule. Without a date, balances are as they were reported.
        </Text>
        <Group justify="flex-end">
          <Button size="compact-sm" type="submit">
            Apply
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
